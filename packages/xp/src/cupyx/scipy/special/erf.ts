import { apply, type Expr, fold, lift, select } from '../../../scalar/expr.ts';
import type { Ufunc1 } from '../../../ufunc/types.ts';
import { special1 } from './declare.ts';
import { choose, nan } from './tools.ts';

/** `exp(x²) erfc(x)`: the continued fraction from 1.5 on, the product below. */
export function erfcxOf(x: Expr): Expr {
  const far = x.ge(1.5);
  const at = far.where(x, 2);
  const n = choose(
    [
      [x.lt(2), 120],
      [x.lt(3), 80],
    ],
    50,
  );
  const tail = fold(far.where(n, 0).cast('int32'), [lift(0)], ([t], k) => [
    n
      .cast('float64')
      .sub(k)
      .mul(0.5)
      .div(at.add(t as Expr)),
  ])[0] as Expr;
  const fraction = at
    .add(tail)
    .reciprocal()
    .mul(1 / Math.sqrt(Math.PI));
  return far.where(fraction, x.square().exp().mul(x.erfc()));
}

/** The x with `erfc(x) = q`, for q in (0, 1]: a rational start, then steps of Halley's. */
function erfcinvOf(q: Expr): Expr {
  const t = q.mul(0.5).log().mul(-2).sqrt();
  const first = t
    .mul(0.27061)
    .add(2.30753)
    .div(t.mul(t.mul(0.04481).add(0.99229)).add(1))
    .sub(t)
    .mul(-Math.SQRT1_2);
  return fold(3, [first], ([x]) => {
    const at = x as Expr;
    // The difference over the density, both times exp(x²): neither overflows nor vanishes in the tail.
    const tail = at.gt(1.5);
    const ratio = q.log().add(at.square()).exp();
    const scaled = tail.where(erfcxOf(at).sub(ratio), at.erfc().sub(q).mul(at.square().exp()));
    const step = scaled.mul(Math.sqrt(Math.PI) / 2);
    return [at.add(step.div(lift(1).sub(at.mul(step))))];
  })[0] as Expr;
}

/** The x with `erf(x) = y` for |y| up to a half. */
function erfinvNear(y: Expr): Expr {
  const first = y.mul(Math.sqrt(Math.PI) / 2).mul(
    y
      .square()
      .mul(Math.PI / 12)
      .add(1),
  );
  return fold(4, [first], ([x]) => {
    const at = x as Expr;
    const step = at
      .erf()
      .sub(y)
      .mul(at.square().exp())
      .mul(Math.sqrt(Math.PI) / 2);
    return [at.sub(step.div(at.mul(step).add(1)))];
  })[0] as Expr;
}

/** erfc's inverse on [0, 2]. */
function inverseOf(q: Expr): Expr {
  const upper = q.gt(1);
  const small = upper.where(lift(2).sub(q), q);
  const near = q.sub(1).abs().le(0.5);
  const far = erfcinvOf(near.where(0.25, small));
  const value = near.where(erfinvNear(near.where(lift(1).sub(q), 0)), upper.where(far.neg(), far));
  return choose(
    [
      [q.eq(0), Number.POSITIVE_INFINITY],
      [q.eq(2), Number.NEGATIVE_INFINITY],
      [apply('logicalOr', q.lt(0), q.gt(2)), nan],
    ],
    value,
  );
}

/**
 * Error function.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.erf(array([0, 1])).toArraySync(); // [0, 0.843]
 */
export const erf: Ufunc1 = /*#__PURE__*/ special1('erf', (x) => x.erf(), { small: true });

/** `1 - erf(x)`, exact in the tail. */
export const erfc: Ufunc1 = /*#__PURE__*/ special1('erfc', (x) => x.erfc(), { small: true });

/** `exp(x²) erfc(x)`, which neither vanishes nor loses digits for large x. */
export const erfcx: Ufunc1 = /*#__PURE__*/ special1('erfcx', erfcxOf, { small: true });

/**
 * Inverse of `erf`: NaN outside of [-1, 1].
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.erfinv(array([0, 0.5])).toArraySync(); // [0, 0.477]
 */
export const erfinv: Ufunc1 = /*#__PURE__*/ special1(
  'erfinv',
  (y) => {
    const size = y.abs();
    const near = size.le(0.5);
    const far = inverseOf(lift(1).sub(near.where(0.75, size)));
    return near.where(erfinvNear(near.where(y, 0)), y.lt(0).where(far.neg(), far));
  },
  { small: true },
);

/** Inverse of `erfc`: NaN outside of [0, 2]. */
export const erfcinv: Ufunc1 = /*#__PURE__*/ special1('erfcinv', inverseOf, { small: true });

/** Distribution function of the standard normal distribution. */
export const ndtr: Ufunc1 = /*#__PURE__*/ special1('ndtr', (x) => x.mul(-Math.SQRT1_2).erfc().mul(0.5), {
  small: true,
});

/** Its logarithm, exact in both tails. */
export const logNdtr: Ufunc1 = /*#__PURE__*/ special1(
  'logNdtr',
  (x) => {
    const t = x.mul(Math.SQRT1_2);
    const left = x.lt(-1);
    const low = erfcxOf(left.where(t.neg(), 1)).mul(0.5).log().sub(t.square());
    const high = t.erfc().mul(-0.5).log1p();
    return choose(
      [
        [x.eq(Number.NEGATIVE_INFINITY), x],
        [left, low],
      ],
      high,
    );
  },
  { small: true },
);

/** Inverse of `ndtr`: NaN outside of [0, 1]. */
export const ndtri: Ufunc1 = /*#__PURE__*/ special1(
  'ndtri',
  (p) => {
    const x = inverseOf(p.mul(2)).mul(-Math.SQRT2);
    return select(p.eq(0.5), 0, x);
  },
  { small: true },
);
