import { optionsOf } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { orElse } from '../reduction/nansum.ts';
import { arrayOf } from '../reduction/options.ts';
import { running, type ScanOptions, scanKeys } from './cumsum.ts';

const orZero = /*#__PURE__*/ new ElementwiseKernel('nancumsum', 1, (x) => orElse(x, 0));
const orOne = /*#__PURE__*/ new ElementwiseKernel('nancumprod', 1, (x) => orElse(x, 1));

/**
 * Running sum with NaN counted as 0; otherwise `cumsum`.
 *
 * @throws {AxisError} for an axis outside the array.
 * @example
 * import { array, nancumsum } from '@chainer/xp';
 * nancumsum(array([1, NaN, 2])).toArraySync(); // [1, 1, 3]
 */
export function nancumsum(
  x: ArrayLike,
  axisOrOptions?: number | null | ScanOptions,
  options?: ScanOptions,
): NdArray {
  return running(
    'add',
    orZero.call([arrayOf(x)]),
    optionsOf('nancumsum', axisOrOptions, options, scanKeys),
    'nancumsum',
  );
}

/**
 * Running product with NaN counted as 1; otherwise `cumprod`.
 *
 * @throws {AxisError} for an axis outside the array.
 * @example
 * import { array, nancumprod } from '@chainer/xp';
 * nancumprod(array([2, NaN, 3])).toArraySync(); // [2, 2, 6]
 */
export function nancumprod(
  x: ArrayLike,
  axisOrOptions?: number | null | ScanOptions,
  options?: ScanOptions,
): NdArray {
  return running(
    'multiply',
    orOne.call([arrayOf(x)]),
    optionsOf('nancumprod', axisOrOptions, options, scanKeys),
    'nancumprod',
  );
}
