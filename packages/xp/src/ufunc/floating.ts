import { apply, select } from '../scalar/expr.ts';
import { ufunc1, ufunc1x2, ufunc2 } from './declare.ts';
import {
  floating,
  floatPair,
  predicateOfAny,
  predicateOfFloat,
  predicateOfReal,
  scaling,
  splitting,
} from './loops.ts';
import { following } from './nextafter.ts';
import type { Ufunc1, Ufunc1x2, Ufunc2 } from './types.ts';

/**
 * Whether it is NaN.
 *
 * @example
 * import { array, isnan } from '@chainer/xp';
 * isnan(array([1, NaN])).toArraySync(); // [false, true]
 */
export const isnan: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'isnan',
  resolve: predicateOfAny,
  body: ([x]) => apply('isnan', x),
});

/**
 * Whether it is an infinity of either sign.
 *
 * @example
 * import { array, isinf } from '@chainer/xp';
 * isinf(array([1, -Infinity])).toArraySync(); // [false, true]
 */
export const isinf: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'isinf',
  resolve: predicateOfAny,
  body: ([x]) => apply('isinf', x),
});

/**
 * Whether it is neither infinite nor NaN.
 *
 * @example
 * import { array, isfinite } from '@chainer/xp';
 * isfinite(array([1, NaN])).toArraySync(); // [true, false]
 */
export const isfinite: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'isfinite',
  resolve: predicateOfAny,
  body: ([x]) => apply('isfinite', x),
});

/**
 * Whether it is positive infinity.
 *
 * @example
 * import { array, isposinf } from '@chainer/xp';
 * isposinf(array([Infinity, -Infinity])).toArraySync(); // [true, false]
 */
export const isposinf: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'isposinf',
  resolve: predicateOfReal,
  body: ([x]) => x.isinf().and(x.gt(0)),
});

/**
 * Whether it is negative infinity.
 *
 * @example
 * import { array, isneginf } from '@chainer/xp';
 * isneginf(array([Infinity, -Infinity])).toArraySync(); // [false, true]
 */
export const isneginf: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'isneginf',
  resolve: predicateOfReal,
  body: ([x]) => x.isinf().and(x.lt(0)),
});

/**
 * Whether the sign bit is set: negative, or -0.
 *
 * @example
 * import { array, signbit } from '@chainer/xp';
 * signbit(array([1, -0])).toArraySync(); // [false, true]
 */
export const signbit: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'signbit',
  resolve: predicateOfFloat,
  body: ([x]) => apply('signbit', x),
});

/**
 * x with the sign of y.
 *
 * @example
 * import { array, copysign } from '@chainer/xp';
 * copysign(array([1, -1]), -0).toArraySync(); // [-1, -1]
 */
export const copysign: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'copysign',
  resolve: floating,
  body: ([x, y]) => apply('copysign', x, y),
});

/**
 * The next float after x towards y.
 *
 * @example
 * import { array, nextafter } from '@chainer/xp';
 * nextafter(array([1], { dtype: 'float64' }), 2).toArraySync(); // [1 + Number.EPSILON]
 */
export const nextafter: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'nextafter',
  resolve: floating,
  body: ([x, y], loop) => following(x, y, loop?.inputs[0]),
});

/**
 * 0 where x < 0, y where x = 0, 1 where x > 0.
 *
 * @example
 * import { array, heaviside } from '@chainer/xp';
 * heaviside(array([-2, 0, 2]), 0.5).toArraySync(); // [0, 0.5, 1]
 */
export const heaviside: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'heaviside',
  resolve: floating,
  body: ([x, y]) => apply('heaviside', x, y),
});

/**
 * `x · 2ᵉ` for integers e.
 *
 * @throws {DTypeError} if e is no integer.
 *
 * @example
 * import { array, ldexp } from '@chainer/xp';
 * ldexp(array([1.5]), 2).toArraySync(); // [6]
 */
export const ldexp: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'ldexp',
  resolve: scaling,
  body: ([x, e], loop) =>
    apply('ldexp', x, (loop?.inputs[1]?.itemsize ?? 1) > 4 ? e.clip(-20_000, 20_000) : e),
  separate: true,
});

/**
 * `[m, e]` with `x = m · 2ᵉ` and `½ ≤ |m| < 1` (0, infinities and NaN: themselves, 0).
 *
 * @example
 * import { array, frexp } from '@chainer/xp';
 * const [m, e] = frexp(array([6]));
 * m.toArraySync(); // [0.75]
 * e.toArraySync(); // [3]
 */
export const frexp: Ufunc1x2 = /*#__PURE__*/ ufunc1x2({
  name: 'frexp',
  resolve: splitting,
  body: ([x]) => [apply('frexpMantissa', x), apply('frexpExponent', x)],
});

/**
 * `[fraction, integer part]`, both of the sign of x.
 *
 * @example
 * import { array, modf } from '@chainer/xp';
 * const [fraction, whole] = modf(array([-1.5]));
 * fraction.toArraySync(); // [-0.5]
 * whole.toArraySync(); // [-1]
 */
export const modf: Ufunc1x2 = /*#__PURE__*/ ufunc1x2({
  name: 'modf',
  resolve: floatPair,
  body: ([x]) => [apply('copysign', select(x.isinf(), 0, x.sub(x.trunc())), x), x.trunc()],
});
