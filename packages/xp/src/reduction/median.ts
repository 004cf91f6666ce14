import { optionsOf } from '../core/check-options.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { filled, picked } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { sortOn } from '../js/families.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { checkOut } from '../kernel/launch.ts';
import { apply, select } from '../scalar/expr.ts';
import { lanesOf } from './lanes.ts';
import { type Axes, arrayOf, meanType, type ReductionOptions, reductionKeys } from './options.ts';

// Halves before adding: integers become floats, and large ones cannot overflow.
const middle = /*#__PURE__*/ new ElementwiseKernel('median', 3, (low, high, last) =>
  select(apply('isnan', last), last.mul(0.5), low.mul(0.5).add(high.mul(0.5))),
);

/** The lanes of an array, sorted in a fresh array; NaN last. */
export function sortedLanes(lanes: NdArray): NdArray {
  const sorted = emptyOn(lanes.device, lanes.shape, lanes.dtype);
  if (sorted.size > 0) sortOn(lanes.device).sort(lanes, sorted, lanes.ndim - 1);
  return sorted;
}

/**
 * Median over the given axes: the middle element in order, or the mean of the two middle ones. NaN where a NaN takes part, and
 * for no elements; integers give float64.
 *
 * @param x any shape.
 * @example
 * import { array, median } from '@chainer/xp';
 * median(array([[3, 1, 2], [9, 4, 8]]), 1).toArraySync(); // [2, 8]
 * median(array([4, 1, 2, 10])).itemSync(); // 3
 */
export function median(
  x: ArrayLike,
  axisOrOptions?: Axes | ReductionOptions,
  options?: ReductionOptions,
): NdArray {
  const a = arrayOf(x);
  const o = optionsOf('median', axisOrOptions, options, reductionKeys);
  const { lanes, restore } = lanesOf(a, o.axis, o.keepdims ?? false, 'median');
  const sorted = sortedLanes(lanes);
  const axis = lanes.ndim - 1;
  const n = lanes.shape[axis] as number;
  const at = (i: number) => picked(sorted, axis, i);
  const result = restore(
    n === 0
      ? filled(a, lanes.shape.slice(0, -1), meanType(a.dtype), Number.NaN)
      : middle.call([at((n - 1) >> 1), at(n >> 1), at(n - 1)]),
  );
  if (!o.out) return result;
  checkOut(o.out, result.shape, result.dtype, 'median');
  if (result.size > 0) result.device.kernels.copy(result, o.out);
  return o.out;
}
