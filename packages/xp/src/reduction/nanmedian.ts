import { optionsOf } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import { reshaped } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { IndexedKernel } from '../kernel/indexed-kernel.ts';
import { checkOut } from '../kernel/launch.ts';
import { coord, select } from '../scalar/expr.ts';
import { lanesOf } from './lanes.ts';
import { median, sortedLanes } from './median.ts';
import { countNumbers } from './nanmean.ts';
import { type Axes, arrayOf, type ReductionOptions, reductionKeys } from './options.ts';

// Sorted lanes end with their NaNs: the middle is that of the first `count` elements.
const middle = new IndexedKernel('nanmedian', ['array', 'raw'], (count, sorted) => {
  const row = coord(0);
  const low = sorted.at(row, count.sub(1).max(0).floordiv(2));
  // The same place for an odd count; count - 1 guards the empty lane.
  const high = sorted.at(row, count.floordiv(2).min(count.sub(1)).max(0));
  return select(count.gt(0), low.mul(0.5).add(high.mul(0.5)), Number.NaN);
});

/**
 * Median over the given axes of the elements that are not NaN; NaN where there are none.
 *
 * @example
 * import { array, nanmedian } from '@chainer/xp';
 * nanmedian(array([[1, NaN, 3, 9], [NaN, 7, NaN, 2]]), 1).toArraySync(); // [3, 4.5]
 */
export function nanmedian(
  x: ArrayLike,
  axisOrOptions?: Axes | ReductionOptions,
  options?: ReductionOptions,
): NdArray {
  const a = arrayOf(x);
  const o = optionsOf('nanmedian', axisOrOptions, options, reductionKeys);
  if ((a.dtype.kind !== 'f' && a.dtype.kind !== 'c') || a.size === 0) return median(a, o);
  const { lanes, restore } = lanesOf(a, o.axis, o.keepdims ?? false, 'nanmedian');
  const n = lanes.shape[lanes.ndim - 1] as number;
  const rest = lanes.shape.slice(0, -1);
  const rows = reshaped(sortedLanes(lanes), [lanes.size / n, n]);
  const found = middle.run([countNumbers(rows, 1, false), rows]);
  const result = restore(reshaped(found, rest));
  if (!o.out) return result;
  checkOut(o.out, result.shape, result.dtype, 'nanmedian');
  if (result.size > 0) result.device.kernels.copy(result, o.out);
  return o.out;
}
