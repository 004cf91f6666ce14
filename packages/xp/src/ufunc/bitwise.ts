import { apply } from '../scalar/expr.ts';
import { ufunc1, ufunc2 } from './declare.ts';
import { counting, exceptBool, integer, integerOrBool } from './loops.ts';
import type { Ufunc1, Ufunc2 } from './types.ts';

/**
 * Bits set in both; logical and of booleans.
 *
 * @example
 * import { array, bitwiseAnd } from '@chainer/xp';
 * bitwiseAnd(array([6], { dtype: 'int32' }), 3).toArraySync(); // [2]
 */
export const bitwiseAnd: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'bitwiseAnd',
  resolve: integerOrBool,
  body: ([x, y]) => x.and(y),
  identity: (d) => (d.kind === 'b' ? true : -1),
  associative: true,
});

/**
 * Bits set in either; logical or of booleans.
 *
 * @example
 * import { array, bitwiseOr } from '@chainer/xp';
 * bitwiseOr(array([6], { dtype: 'int32' }), 3).toArraySync(); // [7]
 */
export const bitwiseOr: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'bitwiseOr',
  resolve: integerOrBool,
  body: ([x, y]) => x.or(y),
  identity: 0,
  associative: true,
});

/**
 * Bits set in one of the two; logical exclusive or of booleans.
 *
 * @example
 * import { array, bitwiseXor } from '@chainer/xp';
 * bitwiseXor(array([6], { dtype: 'int32' }), 3).toArraySync(); // [5]
 */
export const bitwiseXor: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'bitwiseXor',
  resolve: integerOrBool,
  body: ([x, y]) => x.xor(y),
  identity: 0,
  associative: true,
});

/**
 * All bits turned over; logical not of booleans.
 *
 * @example
 * import { array, invert } from '@chainer/xp';
 * invert(array([6], { dtype: 'int32' })).toArraySync(); // [-7]
 */
export const invert: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'invert',
  resolve: integerOrBool,
  body: ([x]) => x.not(),
});

/** The same as `invert`. */
export const bitwiseNot: Ufunc1 = invert;

/** The same as `invert`. */
export const bitwiseInvert: Ufunc1 = invert;

/**
 * `x · 2ʸ` by shifting bits; those shifted out are lost.
 *
 * @example
 * import { array, leftShift } from '@chainer/xp';
 * leftShift(array([3], { dtype: 'int32' }), 2).toArraySync(); // [12]
 */
export const leftShift: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'leftShift',
  resolve: integer,
  body: ([x, y]) => x.shl(y),
});

/** The same as `leftShift`. */
export const bitwiseLeftShift: Ufunc2 = leftShift;

/**
 * `⌊x / 2ʸ⌋` by shifting bits.
 *
 * @example
 * import { array, rightShift } from '@chainer/xp';
 * rightShift(array([-9], { dtype: 'int32' }), 1).toArraySync(); // [-5]
 */
export const rightShift: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'rightShift',
  resolve: integer,
  body: ([x, y]) => x.shr(y),
});

/** The same as `rightShift`. */
export const bitwiseRightShift: Ufunc2 = rightShift;

/**
 * Number of ones in the magnitude (uint8).
 *
 * @example
 * import { array, bitwiseCount } from '@chainer/xp';
 * bitwiseCount(array([7], { dtype: 'int32' })).toArraySync(); // [3]
 */
export const bitwiseCount: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'bitwiseCount',
  resolve: counting,
  body: ([x]) => apply('bitCount', x),
});

/**
 * Greatest common divisor of integers.
 *
 * @example
 * import { array, gcd } from '@chainer/xp';
 * gcd(array([12], { dtype: 'int32' }), 18).toArraySync(); // [6]
 */
export const gcd: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'gcd',
  resolve: exceptBool(integer),
  body: ([x, y]) => apply('gcd', x, y),
  identity: 0,
  associative: true,
});

/**
 * Least common multiple of integers.
 *
 * @example
 * import { array, lcm } from '@chainer/xp';
 * lcm(array([4], { dtype: 'int32' }), 6).toArraySync(); // [12]
 */
export const lcm: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'lcm',
  resolve: exceptBool(integer),
  body: ([x, y]) => apply('lcm', x, y),
  identity: 1,
  emptyRaises: true,
  associative: true,
});
