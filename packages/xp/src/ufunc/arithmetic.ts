import { apply } from '../scalar/expr.ts';
import { ufunc1, ufunc2, ufunc2x2 } from './declare.ts';
import {
  anyNumber,
  anyType,
  division,
  exceptBool,
  floating,
  inexact,
  realNumber,
  realPair,
  toReal,
  widest,
} from './loops.ts';
import type { Ufunc1, Ufunc2, Ufunc2x2 } from './types.ts';

/**
 * `x + y`, element by element; operands broadcast. Booleans: logical or.
 *
 * @throws {ValueError} if the shapes do not broadcast, or a scalar integer does not fit the integer array.
 * @example
 * import { add, array } from '@chainer/xp';
 * add(array([1, 2]), 3).toArraySync(); // [4, 5]
 * add.outer(array([1, 2]), array([10, 20])).toArraySync(); // [[11, 21], [12, 22]]
 */
export const add: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'add',
  resolve: anyType,
  body: ([x, y]) => x.add(y),
  identity: 0,
  associative: true,
  widens: true,
});

/**
 * `x - y`.
 *
 * @throws {DTypeError} for booleans: use `bitwiseXor` or `logicalXor`.
 * @example
 * import { array, subtract } from '@chainer/xp';
 * subtract(array([3, 2]), array([1, 1])).toArraySync(); // [2, 1]
 */
export const subtract: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'subtract',
  resolve: exceptBool(anyNumber),
  body: ([x, y]) => x.sub(y),
  advice: 'for booleans use bitwiseXor or logicalXor',
});

/**
 * `x · y`. Booleans: logical and.
 *
 * @example
 * import { array, multiply } from '@chainer/xp';
 * multiply(array([1, 2]), array([3, 4])).toArraySync(); // [3, 8]
 */
export const multiply: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'multiply',
  resolve: anyType,
  body: ([x, y]) => x.mul(y),
  identity: 1,
  associative: true,
  widens: true,
});

/**
 * `x / y`, true division: integers give float64.
 *
 * @example
 * import { array, divide } from '@chainer/xp';
 * divide(array([1, 4]), 2).toArraySync(); // [0.5, 2]
 */
export const divide: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'divide',
  resolve: division,
  body: ([x, y]) => x.div(y),
});

/** The same as `divide`. */
export const trueDivide: Ufunc2 = divide;

/**
 * `⌊x / y⌋`; integers divided by zero give 0.
 *
 * @example
 * import { array, floorDivide } from '@chainer/xp';
 * floorDivide(array([7, -7]), 2).toArraySync(); // [3, -4]
 */
export const floorDivide: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'floorDivide',
  resolve: realNumber,
  body: ([x, y]) => x.floordiv(y),
});

/**
 * The remainder of floor division: `x - y ⌊x / y⌋`, of the divisor's sign.
 *
 * @example
 * import { array, remainder } from '@chainer/xp';
 * remainder(array([7, -7]), 3).toArraySync(); // [1, 2]
 */
export const remainder: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'remainder',
  resolve: realNumber,
  body: ([x, y]) => x.mod(y),
});

/** The same as `remainder`. */
export const mod: Ufunc2 = remainder;

/**
 * The remainder of truncated division, of the dividend's sign, as C's.
 *
 * @example
 * import { array, fmod } from '@chainer/xp';
 * fmod(array([7, -7]), 3).toArraySync(); // [1, -1]
 */
export const fmod: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'fmod',
  resolve: realNumber,
  body: ([x, y]) => apply('fmod', x, y),
});

/**
 * `[floorDivide(x, y), remainder(x, y)]` in one pass.
 *
 * @example
 * import { array, divmod } from '@chainer/xp';
 * const [q, r] = divmod(array([7, -7]), 3);
 * q.toArraySync(); // [2, -3]
 * r.toArraySync(); // [1, 2]
 */
export const divmod: Ufunc2x2 = /*#__PURE__*/ ufunc2x2({
  name: 'divmod',
  resolve: realPair,
  body: ([x, y]) => [x.floordiv(y), x.mod(y)],
});

/**
 * `x ** y`.
 *
 * @throws {ValueError} for an integer raised to a negative integer: make one side a float.
 * @example
 * import { array, power } from '@chainer/xp';
 * power(array([1, 2, 3]), 2).toArraySync(); // [1, 4, 9]
 */
export const power: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'power',
  resolve: anyNumber,
  body: ([x, y]) => x.pow(y),
});

/** The same as `power`. */
export const pow: Ufunc2 = power;

/**
 * `x ** y` in float64 or complex128, so that negative exponents of integers work.
 *
 * @example
 * import { array, floatPower } from '@chainer/xp';
 * floatPower(array([2], { dtype: 'int32' }), -1).toArraySync(); // [0.5]
 */
export const floatPower: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'floatPower',
  resolve: widest,
  body: ([x, y], loop) => (loop === null ? x.cast('float64').pow(y) : x.pow(y)),
});

/**
 * `-x`. Unsigned integers wrap.
 *
 * @throws {DTypeError} for booleans: use `logicalNot`.
 * @example
 * import { array, negative } from '@chainer/xp';
 * negative(array([1, -2])).toArraySync(); // [-1, 2]
 */
export const negative: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'negative',
  resolve: exceptBool(anyNumber),
  body: ([x]) => x.neg(),
  advice: 'for booleans use logicalNot',
});

/**
 * `+x`, a copy.
 *
 * @throws {DTypeError} for booleans.
 *
 * @example
 * import { array, positive } from '@chainer/xp';
 * positive(array([1, -2])).toArraySync(); // [1, -2]
 */
export const positive: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'positive',
  resolve: exceptBool(anyNumber),
  body: ([x]) => apply('positive', x),
});

/**
 * `|x|`; of complex numbers the magnitude, in the real type.
 *
 * @example
 * import { absolute, array, complex } from '@chainer/xp';
 * absolute(array([-1, 2])).toArraySync(); // [1, 2]
 * absolute(array([complex(3, 4)])).toArraySync(); // [5]
 */
export const absolute: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'absolute',
  resolve: toReal,
  body: ([x]) => x.abs(),
});

/** The same as `absolute`. */
export const abs: Ufunc1 = absolute;

/**
 * `|x|` as a float; not for complex numbers.
 *
 * @example
 * import { array, fabs } from '@chainer/xp';
 * fabs(array([-3], { dtype: 'int32' })).toArraySync(); // [3]
 */
export const fabs: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'fabs',
  resolve: floating,
  body: ([x]) => x.abs(),
});

/**
 * -1, 0 or 1 by the sign; NaN stays; of complex numbers `x / |x|`.
 *
 * @throws {DTypeError} for booleans.
 *
 * @example
 * import { array, sign } from '@chainer/xp';
 * sign(array([-3, 0, 5])).toArraySync(); // [-1, 0, 1]
 */
export const sign: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'sign',
  resolve: exceptBool(anyNumber),
  body: ([x]) => x.sign(),
});

/**
 * `x²`.
 *
 * @example
 * import { array, square } from '@chainer/xp';
 * square(array([3])).toArraySync(); // [9]
 */
export const square: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'square',
  resolve: anyNumber,
  body: ([x]) => x.square(),
});

/**
 * `√x`; NaN for negative real numbers.
 *
 * @example
 * import { array, sqrt } from '@chainer/xp';
 * sqrt(array([9])).toArraySync(); // [3]
 */
export const sqrt: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'sqrt',
  resolve: inexact,
  body: ([x]) => x.sqrt(),
});

/**
 * `∛x`, also of negative numbers.
 *
 * @example
 * import { array, cbrt } from '@chainer/xp';
 * cbrt(array([-8])).toArraySync(); // [-2]
 */
export const cbrt: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'cbrt',
  resolve: floating,
  body: ([x]) => x.cbrt(),
});

/**
 * `1 / √x`. (cupyx)
 *
 * @example
 * import { array, rsqrt } from '@chainer/xp';
 * rsqrt(array([4])).toArraySync(); // [0.5]
 */
export const rsqrt: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'rsqrt',
  resolve: floating,
  body: ([x]) => x.rsqrt(),
});

/**
 * `1 / x`; of integers rounded towards zero.
 *
 * @example
 * import { array, reciprocal } from '@chainer/xp';
 * reciprocal(array([4])).toArraySync(); // [0.25]
 */
export const reciprocal: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'reciprocal',
  resolve: anyNumber,
  body: ([x]) => x.reciprocal(),
});
