import { apply } from '../scalar/expr.ts';
import { ufunc2 } from './declare.ts';
import { highest, lowest, nanOr } from './identities.ts';
import { anyType } from './loops.ts';
import type { Ufunc2 } from './types.ts';

/**
 * Greater of x and y; NaN if either is.
 *
 * @example
 * import { array, maximum } from '@chainer/xp';
 * maximum(array([1, 5]), 3).toArraySync(); // [3, 5]
 */
export const maximum: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'maximum',
  resolve: anyType,
  body: ([x, y]) => apply('maximum', x, y),
  identity: lowest,
  emptyRaises: true,
  associative: true,
});

/**
 * Smaller of x and y; NaN if either is.
 *
 * @example
 * import { array, minimum } from '@chainer/xp';
 * minimum(array([1, 5]), 3).toArraySync(); // [1, 3]
 */
export const minimum: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'minimum',
  resolve: anyType,
  body: ([x, y]) => apply('minimum', x, y),
  identity: highest,
  emptyRaises: true,
  associative: true,
});

/**
 * Greater of x and y; of NaN and a number the number.
 *
 * @example
 * import { array, fmax } from '@chainer/xp';
 * fmax(array([1, NaN]), 3).toArraySync(); // [3, 3]
 */
export const fmax: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'fmax',
  resolve: anyType,
  body: ([x, y]) => apply('fmax', x, y),
  identity: nanOr(lowest),
  emptyRaises: true,
  associative: true,
});

/**
 * Smaller of x and y; of NaN and a number the number.
 *
 * @example
 * import { array, fmin } from '@chainer/xp';
 * fmin(array([1, NaN]), 3).toArraySync(); // [1, 3]
 */
export const fmin: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'fmin',
  resolve: anyType,
  body: ([x, y]) => apply('fmin', x, y),
  identity: nanOr(highest),
  emptyRaises: true,
  associative: true,
});
