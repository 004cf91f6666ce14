import { apply, type Expr, fold, lift, type Operand, select } from '../../../scalar/expr.ts';

/** Pieces that special functions are written with. */

/** Relative accuracy at which series and fractions end. */
export const eps = 2 ** -54;

export const nan: Expr = /*#__PURE__*/ lift(Number.NaN);
export const infinity: Expr = /*#__PURE__*/ lift(Number.POSITIVE_INFINITY);

/** A polynomial by Horner's rule, the coefficient of the highest power first. */
export function polynomial(x: Expr, coefficients: readonly number[]): Expr {
  let y: Expr = lift(coefficients[0] as number);
  for (const c of coefficients.slice(1)) y = y.mul(x).add(c);
  return y;
}

/** Whether both hold. */
export function both(a: Expr, b: Expr): Expr {
  return apply('logicalAnd', a, b);
}

/** Whether one of them holds. */
export function either(a: Expr, b: Expr): Expr {
  return apply('logicalOr', a, b);
}

/** The first value whose condition holds, or the last one. */
export function choose(cases: readonly (readonly [Expr, Operand])[], otherwise: Operand): Expr {
  return cases.reduceRight<Expr>(
    (rest, [condition, value]) => select(condition, value, rest),
    lift(otherwise),
  );
}

/**
 * The sum of a series: `next(k, term)` is the term after term k, from 0. It ends where a term no longer counts; `terms` is 0 where the
 * sum is not wanted.
 */
export function series(terms: Operand, first: Operand, next: (k: Expr, term: Expr) => Expr): Expr {
  return fold(
    terms,
    [lift(first), lift(first)],
    ([sum, term], k) => {
      const t = next(k, term as Expr);
      return [(sum as Expr).add(t), t];
    },
    ([sum, term]) => (term as Expr).abs().le((sum as Expr).abs().mul(eps)),
  )[0] as Expr;
}

/**
 * A continued fraction `b₀ + a₁/(b₁ + a₂/(b₂ + …))` by Lentz's method, as Thompson and Barnett changed it: `part(k)` gives aₖ and bₖ for
 * k from 1.
 */
export function fraction(terms: Operand, b0: Operand, part: (k: Expr) => readonly [Expr, Expr]): Expr {
  const tiny = 1e-30;
  const away = (x: Expr) => select(x.abs().lt(tiny), tiny, x);
  const start = away(lift(b0));
  return fold(
    terms,
    [start, start, lift(0).mul(start), lift(2).add(start.mul(0))],
    ([f, C, D], k) => {
      const [a, b] = part(k.add(1));
      const d = away(b.add(a.mul(D as Expr))).reciprocal();
      const c = away(b.add(a.div(C as Expr)));
      const delta = c.mul(d);
      return [(f as Expr).mul(delta), c, d, delta];
    },
    ([, , , delta]) =>
      (delta as Expr)
        .sub(1)
        .abs()
        .le(2 ** -51),
  )[0] as Expr;
}

/** -1 for negative numbers, 1 for all others. */
export function sign(x: Expr): Expr {
  return x.lt(0).where(-1, 1);
}

/** Whether it is an integer. */
export function whole(x: Expr): Expr {
  return x.eq(x.floor());
}

/** `ln(1 + u) - u` without loss for small u. */
export function log1pMinus(u: Expr): Expr {
  const r = u.div(u.add(2));
  const square = r.square();
  let sum: Expr = lift(1 / 37);
  for (let k = 35; k >= 3; k -= 2) sum = sum.mul(square).add(1 / k);
  const near = r.mul(square.mul(sum).mul(2).sub(u));
  return select(u.abs().lt(0.4), near, u.log1p().sub(u));
}

/** sin πx without loss for large x. */
export function sinPi(x: Expr): Expr {
  const r = x.sub(x.mul(0.5).rint().mul(2));
  // r lies in [-1, 1]; beyond a half the sine is that of what is left.
  const inner = select(r.abs().gt(0.5), sign(r).sub(r), r);
  return inner.mul(Math.PI).sin();
}

/** Euler's constant. */
export const euler = 0.5772156649015329;

/** The first value for positive x, −∞ at 0, NaN left of it. */
export function rightOf(x: Expr, value: Expr, atZero: Expr): Expr {
  return choose(
    [
      [x.eq(0), atZero],
      [x.lt(0), nan],
    ],
    value,
  );
}
