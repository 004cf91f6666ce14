import { type Expr, fold, lift, type Operand, select } from '../../../scalar/expr.ts';
import type { Ufunc2, Ufunc3 } from '../../../ufunc/types.ts';
import { special2, special3 } from './declare.ts';
import { lgammaOf, stirling } from './gamma-core.ts';
import { both, choose, either, fraction, infinity, log1pMinus, nan, series } from './tools.ts';

/** More steps than this no argument takes that float64 can tell apart. */
const most = 1e6;

/** `ln(xᵃ e⁻ˣ / Γ(a))`; from a = 8 on without the loss that large terms would bring. */
export function logDensity(a: Expr, x: Expr): Expr {
  const large = a.ge(8);
  const at = large.where(a, 8);
  const u = x.sub(at).div(at);
  const near = at
    .mul(log1pMinus(u))
    .add(
      at
        .mul(1 / (2 * Math.PI))
        .log()
        .mul(0.5),
    )
    .sub(stirling(at));
  return large.where(near, a.mul(x.log()).sub(x).sub(lgammaOf(a)));
}

/** Lower and upper incomplete gamma functions, regularised: a series left of a + 1, a continued fraction right of it. */
export function incompleteGamma(a: Expr, x: Expr): { p: Expr; q: Expr } {
  const left = x.lt(a.add(1));
  const good = both(both(a.gt(0), a.lt(infinity)), both(x.gt(0), x.lt(infinity)));
  const density = logDensity(a, x).exp();
  const terms = both(left, good).where(most, 0);
  const sum = series(terms, a.reciprocal(), (k, term) => term.mul(x).div(a.add(k).add(1)));
  const p = density.mul(sum);
  const b0 = x.add(1).sub(a);
  const tail = fraction(both(left.eq(false), good).where(most, 0), b0, (k) => [
    k.neg().mul(k.cast('float64').sub(a)),
    x.sub(a).add(k.mul(2)).add(1),
  ]);
  const q = density.div(tail);
  const special = (value: Expr, zero: Operand, end: Operand): Expr =>
    choose(
      [
        [either(a.isnan(), x.isnan()), nan],
        [either(a.lt(0), x.lt(0)), nan],
        [a.eq(0), x.gt(0).where(end, nan)],
        [a.isinf(), x.isinf().where(nan, zero)],
        [x.eq(0), zero],
        [x.isinf(), end],
      ],
      value,
    );
  return {
    p: special(left.where(p, lift(1).sub(q)), 0, 1),
    q: special(left.where(lift(1).sub(p), q), 1, 0),
  };
}

/**
 * The x where the lower incomplete gamma function is p and the upper one q = 1 - p: Newton's steps on the logarithm of the smaller of both
 * as a function of ln x, which is concave, so that they never miss.
 */
export function inverseGamma(a: Expr, p: Expr, q: Expr): Expr {
  const lower = p.le(q);
  const target = lower.where(p, q).log();
  // Where x is so small that only the first term of the series counts, that is the result.
  const first = target.add(lgammaOf(a.add(1))).div(a);
  const t = target.mul(-2).sqrt();
  const normal = t.sub(
    t
      .mul(0.27061)
      .add(2.30753)
      .div(t.mul(t.mul(0.04481).add(0.99229)).add(1)),
  );
  const z = lower.where(normal.neg(), normal);
  const root = a
    .mul(9)
    .reciprocal()
    .neg()
    .add(1)
    .add(z.div(a.sqrt().mul(3)));
  const wilson = a.mul(root.max(1e-3).square().mul(root.max(1e-3))).log();
  const upper = target.neg().max(0.1).log();
  const start = select(both(a.gt(0.5), root.gt(0.05)), wilson, lower.where(first, upper));
  const tiny = both(lower, first.lt(-45));
  const good = both(both(p.gt(0), q.gt(0)), a.gt(0));
  const [y] = fold(
    both(good, tiny.eq(false)).where(100, 0),
    [start, lift(1)],
    ([y]) => {
      const x = (y as Expr).exp();
      const both2 = incompleteGamma(a, x);
      const tail = lower.where(both2.p, both2.q);
      const slope = logDensity(a, x).exp().div(tail);
      const step = target.sub(tail.log()).div(lower.where(slope, slope.neg()));
      const safe = tail.gt(0).where(step.max(-1).min(1), lower.where(0.5, -0.5));
      return [(y as Expr).add(safe), safe];
    },
    ([, step]) => (step as Expr).abs().le(1e-9),
  ) as [Expr, Expr];
  return choose(
    [
      [either(either(a.isnan(), p.isnan()), either(either(p.lt(0), q.lt(0)), a.lt(0))), nan],
      [p.eq(0), 0],
      [q.eq(0), infinity],
      [either(a.eq(0), a.eq(infinity)), nan],
      [tiny, first.exp()],
    ],
    y.exp(),
  );
}

/**
 * Regularised lower incomplete gamma function: `∫₀ˣ tᵃ⁻¹ e⁻ᵗ dt / Γ(a)`.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.gammainc(array([1, 2]), array([1, 2])).toArraySync(); // [0.632, 0.594]
 */
export const gammainc: Ufunc2 = /*#__PURE__*/ special2('gammainc', (a, x) => incompleteGamma(a, x).p);

/** Regularised upper incomplete gamma function: `1 - gammainc(a, x)`, exact where it is small. */
export const gammaincc: Ufunc2 = /*#__PURE__*/ special2('gammaincc', (a, x) => incompleteGamma(a, x).q);

/** The x with `gammainc(a, x) = y`. */
export const gammaincinv: Ufunc2 = /*#__PURE__*/ special2('gammaincinv', (a, y) =>
  inverseGamma(a, y, lift(1).sub(y)),
);

/** The x with `gammaincc(a, x) = y`. */
export const gammainccinv: Ufunc2 = /*#__PURE__*/ special2('gammainccinv', (a, y) =>
  inverseGamma(a, lift(1).sub(y), y),
);

/** Distribution function of the gamma distribution with rate a and shape b. */
export const gdtr: Ufunc3 = /*#__PURE__*/ special3(
  'gdtr',
  (a, b, x) => choose([[x.lt(0), nan]], incompleteGamma(b, a.mul(x)).p),
  { small: true },
);

/** `1 - gdtr(a, b, x)`. */
export const gdtrc: Ufunc3 = /*#__PURE__*/ special3(
  'gdtrc',
  (a, b, x) => choose([[x.lt(0), nan]], incompleteGamma(b, a.mul(x)).q),
  { small: true },
);

/** Distribution function of the chi-square distribution with v degrees of freedom. */
export const chdtr: Ufunc2 = /*#__PURE__*/ special2(
  'chdtr',
  (v, x) => incompleteGamma(v.mul(0.5), x.mul(0.5)).p,
  { small: true },
);

/** `1 - chdtr(v, x)`; 1 for negative x. */
export const chdtrc: Ufunc2 = /*#__PURE__*/ special2(
  'chdtrc',
  (v, x) => choose([[x.lt(0), 1]], incompleteGamma(v.mul(0.5), x.mul(0.5)).q),
  { small: true },
);

/** The x with `chdtrc(v, x) = y`. */
export const chdtri: Ufunc2 = /*#__PURE__*/ special2(
  'chdtri',
  (v, y) => inverseGamma(v.mul(0.5), lift(1).sub(y), y).mul(2),
  { small: true },
);

/** Distribution function of the Poisson distribution with mean m, at k rounded down. */
export const pdtr: Ufunc2 = /*#__PURE__*/ special2(
  'pdtr',
  (k, m) =>
    choose(
      [
        [either(k.lt(0), m.lt(0)), nan],
        [m.eq(0), 1],
      ],
      incompleteGamma(k.floor().add(1), m).q,
    ),
  { small: true },
);

/** `1 - pdtr(k, m)`. */
export const pdtrc: Ufunc2 = /*#__PURE__*/ special2(
  'pdtrc',
  (k, m) =>
    choose(
      [
        [either(k.lt(0), m.lt(0)), nan],
        [m.eq(0), 0],
      ],
      incompleteGamma(k.floor().add(1), m).p,
    ),
  { small: true },
);

/** The mean m with `pdtr(k, m) = y`. */
export const pdtri: Ufunc2 = /*#__PURE__*/ special2(
  'pdtri',
  (k, y) =>
    choose(
      [[either(k.lt(0), either(y.lt(0), y.ge(1))), nan]],
      inverseGamma(k.floor().add(1), lift(1).sub(y), y),
    ),
  { integers: 1 },
);
