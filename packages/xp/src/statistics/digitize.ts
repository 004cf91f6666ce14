import { checkOptions } from '../core/check-options.ts';
import { shapeText } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { itemSync, mustKnow } from '../core/read.ts';
import { castTo, copyOf, sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { arrayOf, indexType } from '../reduction/options.ts';
import { placesIn } from '../sorting/searchsorted.ts';

const ascending = /*#__PURE__*/ new ReductionKernel('digitize', 2, {
  map: (a, b) => a.le(b),
  reduce: (a, b) => a.and(b),
  identity: true,
});
const fromEnd = /*#__PURE__*/ new ElementwiseKernel('digitize', 2, (n, place) => n.sub(place));

/** Whether each element is at most (with `a`, `b` swapped: at least) its successor. Waits for the device. */
export function isMonotonic(x: NdArray, direction: 'up' | 'down', who: string): boolean {
  if (x.size < 2) return true;
  mustKnow(x, who);
  const before = sliced(x, 0, 0, x.size - 1);
  const after = sliced(x, 0, 1, x.size - 1);
  return itemSync(ascending.call(direction === 'up' ? [before, after] : [after, before])) === true;
}

/**
 * Number of the bin into which each value falls: `i` with `bins[i-1] <= x < bins[i]` (with `right`, `bins[i-1] < x <= bins[i]`);
 * for descending bins `bins[i-1] > x >= bins[i]` (with `right`, `bins[i-1] >= x > bins[i]`).
 *
 * @param bins one axis, ascending or descending.
 * @returns int32 (int64 where an operand holds 64-bit integers), of x's shape.
 * @throws {ValueError} for bins in no order.
 * @example
 * import { array, digitize } from '@chainer/xp';
 * digitize(array([0.5, 2, 9]), array([0, 1, 2])).toArraySync(); // [1, 3, 3]
 */
export function digitize(x: ArrayLike, bins: ArrayLike, options: { readonly right?: boolean } = {}): NdArray {
  checkOptions('digitize', options, ['right']);
  const a = arrayOf(x);
  const edges = arrayOf(bins);
  if (edges.ndim !== 1)
    throw new ValueError(`[digitize] bins have shape ${shapeText(edges.shape)}; expected one axis`);
  const right = options.right ?? false;
  const d = indexType(a, edges);
  if (isMonotonic(edges, 'up', 'digitize')) return castTo(placesIn(edges, a, right ? 'left' : 'right'), d);
  if (!isMonotonic(edges, 'down', 'digitize'))
    throw new ValueError('[digitize] bins neither ascend nor descend; expected them in order');
  const turned = copyOf(sliced(edges, 0, edges.size - 1, edges.size, -1));
  return castTo(fromEnd.call([edges.size, placesIn(turned, a, right ? 'left' : 'right')]), d);
}
