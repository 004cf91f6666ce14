import { apply } from '../scalar/expr.ts';
import { ufunc1, ufunc2 } from './declare.ts';
import { predicateOfAny } from './loops.ts';
import type { Ufunc1, Ufunc2 } from './types.ts';

/**
 * Whether both are true; numbers are true if they are not 0.
 *
 * @example
 * import { array, logicalAnd } from '@chainer/xp';
 * logicalAnd(array([0, 1]), array([1, 2])).toArraySync(); // [false, true]
 */
export const logicalAnd: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'logicalAnd',
  resolve: predicateOfAny,
  body: ([x, y]) => apply('logicalAnd', x, y),
  identity: true,
  associative: true,
});

/**
 * Whether either is true.
 *
 * @example
 * import { array, logicalOr } from '@chainer/xp';
 * logicalOr(array([0, 1]), 0).toArraySync(); // [false, true]
 */
export const logicalOr: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'logicalOr',
  resolve: predicateOfAny,
  body: ([x, y]) => apply('logicalOr', x, y),
  identity: false,
  associative: true,
});

/**
 * Whether exactly one is true.
 *
 * @example
 * import { array, logicalXor } from '@chainer/xp';
 * logicalXor(array([0, 1]), 1).toArraySync(); // [true, false]
 */
export const logicalXor: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'logicalXor',
  resolve: predicateOfAny,
  body: ([x, y]) => apply('logicalXor', x, y),
  identity: false,
  associative: true,
});

/**
 * Whether it is false: 0.
 *
 * @example
 * import { array, logicalNot } from '@chainer/xp';
 * logicalNot(array([0, 2])).toArraySync(); // [true, false]
 */
export const logicalNot: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'logicalNot',
  resolve: predicateOfAny,
  body: ([x]) => apply('logicalNot', x),
});
