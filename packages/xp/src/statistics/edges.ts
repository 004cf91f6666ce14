import { float64 } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { itemSync, mustKnow } from '../core/read.ts';
import { castTo } from '../core/views.ts';
import { array, asarray } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { IndexedKernel } from '../kernel/indexed-kernel.ts';
import { max, min } from '../reduction/max.ts';
import { select } from '../scalar/expr.ts';
import { placesIn } from '../sorting/searchsorted.ts';
import { isMonotonic } from './digitize.ts';

/** Bins of a histogram along one axis: how many of equal width, or their edges. */
export type Bins = number | NdArray | readonly number[];

/** Edges of bins: the ones given, or equally spaced ones over the range (of the data, unless given). Waits for the device. */
export function binEdges(
  x: NdArray,
  bins: Bins,
  range: readonly [number, number] | null,
  who: string,
): NdArray {
  if (typeof bins !== 'number') {
    const edges = bins instanceof NdArray ? bins : asarray(bins, { dtype: float64, device: x.device });
    if (edges.ndim !== 1 || edges.size < 2)
      throw new ValueError(`[${who}] bins have ${edges.size} edges; expected at least 2 along one axis`);
    if (!isMonotonic(edges, 'up', who))
      throw new ValueError(`[${who}] bins do not ascend; expected edges in order`);
    return edges;
  }
  if (!Number.isInteger(bins) || bins < 1)
    throw new ValueError(`[${who}] bins is ${bins}; expected a count of at least 1`);
  if (range === null && x.size > 0) mustKnow(x, who);
  let [low, high] = range ?? (x.size === 0 ? [0, 1] : [Number(itemSync(min(x))), Number(itemSync(max(x)))]);
  if (!Number.isFinite(low) || !Number.isFinite(high))
    throw new ValueError(`[${who}] the range [${low}, ${high}] is not finite`);
  if (low > high) throw new ValueError(`[${who}] the range [${low}, ${high}] descends`);
  if (low === high) {
    low -= 0.5;
    high += 0.5;
  }
  const d = x.dtype.kind === 'f' ? x.dtype : float64;
  const step = (high - low) / bins;
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + i * step));
  return array(edges, { dtype: d, device: x.device });
}

// Bins are closed on the left; the last one is closed on both sides. What lies outside goes to bin n.
const toBin = new IndexedKernel('histogram', ['array', 'array', 'raw', 'int'], (x, place, edges, n) =>
  select(x.eq(edges.at(n)), n.sub(1), select(place.gt(0).and(place.le(n)), place.sub(1), n)),
);

/** The bin (int32) of every element; the number of bins for what lies outside. */
export function binNumbers(x: NdArray, edges: NdArray): NdArray {
  const values = castTo(x, edges.dtype.kind === 'f' && x.dtype.kind === 'f' ? x.dtype : float64);
  return toBin.run([values, placesIn(edges, values, 'right'), edges, edges.size - 1]);
}
