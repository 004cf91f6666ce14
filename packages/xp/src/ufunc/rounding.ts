import { ufunc1 } from './declare.ts';
import { inexact, realOrBool } from './loops.ts';
import type { Ufunc1 } from './types.ts';

/**
 * Greatest integer not above x. Integers and booleans stay as they are.
 *
 * @example
 * import { array, floor } from '@chainer/xp';
 * floor(array([-1.5, 1.5])).toArraySync(); // [-2, 1]
 */
export const floor: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'floor',
  resolve: realOrBool,
  body: ([x]) => x.floor(),
});

/**
 * Smallest integer not below x. Integers and booleans stay as they are.
 *
 * @example
 * import { array, ceil } from '@chainer/xp';
 * ceil(array([-1.5, 1.5])).toArraySync(); // [-1, 2]
 */
export const ceil: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'ceil',
  resolve: realOrBool,
  body: ([x]) => x.ceil(),
});

/**
 * x without its fraction. Integers and booleans stay as they are.
 *
 * @example
 * import { array, trunc } from '@chainer/xp';
 * trunc(array([-1.5, 1.5])).toArraySync(); // [-1, 1]
 */
export const trunc: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'trunc',
  resolve: realOrBool,
  body: ([x]) => x.trunc(),
});

/**
 * x without its fraction, rounded towards zero.
 *
 * @example
 * import { array, fix } from '@chainer/xp';
 * fix(array([-1.5, 1.5])).toArraySync(); // [-1, 1]
 */
export const fix: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'fix',
  resolve: realOrBool,
  body: ([x]) => x.trunc(),
});

/**
 * Nearest integer, half to even, as a float.
 *
 * @example
 * import { array, rint } from '@chainer/xp';
 * rint(array([0.5, 1.5])).toArraySync(); // [0, 2]
 */
export const rint: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'rint',
  resolve: inexact,
  body: ([x]) => x.rint(),
});
