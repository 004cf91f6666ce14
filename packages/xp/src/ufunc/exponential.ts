import { apply } from '../scalar/expr.ts';
import { ufunc1, ufunc2 } from './declare.ts';
import { floating, inexact } from './loops.ts';
import type { Ufunc1, Ufunc2 } from './types.ts';

/**
 * `eˣ`.
 *
 * @example
 * import { array, exp } from '@chainer/xp';
 * exp(array([0])).toArraySync(); // [1]
 */
export const exp: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'exp',
  resolve: inexact,
  body: ([x]) => x.exp(),
});

/**
 * `2ˣ`.
 *
 * @example
 * import { array, exp2 } from '@chainer/xp';
 * exp2(array([3])).toArraySync(); // [8]
 */
export const exp2: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'exp2',
  resolve: inexact,
  body: ([x]) => x.exp2(),
});

/**
 * `eˣ - 1`, exact near 0.
 *
 * @example
 * import { array, expm1 } from '@chainer/xp';
 * expm1(array([0])).toArraySync(); // [0]
 */
export const expm1: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'expm1',
  resolve: inexact,
  body: ([x]) => x.expm1(),
});

/**
 * Natural logarithm; NaN for negative real numbers.
 *
 * @example
 * import { array, log } from '@chainer/xp';
 * log(array([1])).toArraySync(); // [0]
 */
export const log: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'log',
  resolve: inexact,
  body: ([x]) => x.log(),
});

/**
 * Logarithm to base 2.
 *
 * @example
 * import { array, log2 } from '@chainer/xp';
 * log2(array([8])).toArraySync(); // [3]
 */
export const log2: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'log2',
  resolve: inexact,
  body: ([x]) => x.log2(),
});

/**
 * Logarithm to base 10.
 *
 * @example
 * import { array, log10 } from '@chainer/xp';
 * log10(array([1])).toArraySync(); // [0]
 */
export const log10: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'log10',
  resolve: inexact,
  body: ([x]) => x.log10(),
});

/**
 * `log(1 + x)`, exact near 0.
 *
 * @example
 * import { array, log1p } from '@chainer/xp';
 * log1p(array([0])).toArraySync(); // [0]
 */
export const log1p: Ufunc1 = /*#__PURE__*/ ufunc1({
  name: 'log1p',
  resolve: inexact,
  body: ([x]) => x.log1p(),
});

/**
 * `log(eˣ + eʸ)` without overflow.
 *
 * @example
 * import { array, logaddexp } from '@chainer/xp';
 * logaddexp(array([1000], { dtype: 'float64' }), 1000).sub(Math.LN2).toArraySync(); // [1000]
 */
export const logaddexp: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'logaddexp',
  resolve: floating,
  body: ([x, y]) => apply('logaddexp', x, y),
  identity: Number.NEGATIVE_INFINITY,
  associative: true,
});

/**
 * `log₂(2ˣ + 2ʸ)` without overflow.
 *
 * @example
 * import { array, logaddexp2 } from '@chainer/xp';
 * logaddexp2(array([1]), 1).toArraySync(); // [2]
 */
export const logaddexp2: Ufunc2 = /*#__PURE__*/ ufunc2({
  name: 'logaddexp2',
  resolve: floating,
  body: ([x, y]) => apply('logaddexp2', x, y),
  identity: Number.NEGATIVE_INFINITY,
  associative: true,
});
