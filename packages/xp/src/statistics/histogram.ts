import { checkOptions } from '../core/check-options.ts';
import { float64, int32 } from '../core/dtype.ts';
import { sameShape, shapeText, sizeOf } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { castTo, copyOf, filled, flat, picked, sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { differences } from '../math/diff.ts';
import { arrayOf, indexType, sumType } from '../reduction/options.ts';
import { sum } from '../reduction/sum.ts';
import { counted } from './bincount.ts';
import { type Bins, binEdges, binNumbers } from './edges.ts';

/** Options of histograms. */
export interface HistogramOptions<B = Bins, R = readonly [number, number]> {
  /** How many bins of equal width (10 unless given), or their edges. */
  readonly bins?: B;
  /** Lowest and highest edge; those of the data unless given. */
  readonly range?: R | null;
  /** One weight for each sample. */
  readonly weights?: ArrayLike | null;
  /** Divide by the total and by the width of the bins, so that the integral is 1. */
  readonly density?: boolean;
}

const divide = /*#__PURE__*/ new ElementwiseKernel('histogram', 2, (a, b) => a.div(b));
const cellOf = /*#__PURE__*/ new ElementwiseKernel('histogramdd', 3, (cell, number, bins) =>
  cell.mul(bins).add(number),
);

/**
 * Counts of the values that fall into bins. Bins are closed on the left, the last one on both sides; what lies outside is left out.
 *
 * @param x any shape.
 * @returns `[counts, edges]`: counts int32 (int64 for 64-bit integers; the weights' dtype with weights, float64 with `density`).
 * @throws {ValueError} for no bins, edges or a range in no order, or weights that do not fit.
 * @example
 * import { array, histogram } from '@chainer/xp';
 * const [counts, edges] = histogram(array([1, 2, 2, 5]), { bins: 2 });
 * counts.toArraySync(); // [3, 1]
 * edges.toArraySync(); // [1, 3, 5]
 */
export function histogram(x: ArrayLike, options: HistogramOptions = {}): [counts: NdArray, edges: NdArray] {
  checkOptions('histogram', options, ['bins', 'range', 'weights', 'density']);
  const a = arrayOf(x);
  const values = flat(a);
  const weights = weightsOf(options.weights, a, 'histogram');
  const edges = binEdges(values, options.bins ?? 10, options.range ?? null, 'histogram');
  const n = edges.size - 1;
  // One more bin takes what lies outside.
  const counts = sliced(counted(binNumbers(values, edges), n + 1, weights), 0, 0, n);
  if (!options.density) return [weights === null ? castTo(counts, indexType(a)) : counts, edges];
  const total = castTo(sum(counts), float64);
  return [
    divide.call([divide.call([castTo(counts, float64), castTo(differences(edges, 0), float64)]), total]),
    edges,
  ];
}

function weightsOf(weights: ArrayLike | null | undefined, x: NdArray, who: string): NdArray | null {
  if (weights === null || weights === undefined) return null;
  const w = arrayOf(weights);
  if (!sameShape(w.shape, x.shape)) {
    throw new ValueError(
      `[${who}] weights have shape ${shapeText(w.shape)} but the samples have ${shapeText(x.shape)}`,
    );
  }
  return flat(castTo(w, sumType(w.dtype)));
}

/**
 * Counts of points that fall into the cells of a grid.
 *
 * @param sample points `[N, D]`, or a list with one array of coordinates for each dimension.
 * @param options `bins`: for all dimensions or a list with one entry for each; `range`: a list of `[low, high]`.
 * @returns counts (float64) of shape `[bins…]`, and a list with the edges of each dimension.
 * @throws {ValueError} for bins, ranges or weights that do not fit.
 * @example
 * import { array, histogramdd } from '@chainer/xp';
 * const [counts] = histogramdd(array([[0, 0], [1, 1], [1, 1]]), { bins: 2 });
 * counts.toArraySync(); // [[1, 0], [0, 2]]
 */
export function histogramdd(
  sample: NdArray | readonly ArrayLike[],
  options: HistogramOptions<number | readonly Bins[], readonly (readonly [number, number] | null)[]> = {},
): [counts: NdArray, edges: NdArray[]] {
  checkOptions('histogramdd', options, ['bins', 'range', 'weights', 'density']);
  return grid(columnsOf(sample), options, 'histogramdd');
}

function columnsOf(sample: NdArray | readonly ArrayLike[]): NdArray[] {
  if (Array.isArray(sample)) return (sample as readonly ArrayLike[]).map((c) => flat(arrayOf(c)));
  const x = sample as NdArray;
  if (x.ndim !== 2)
    throw new ValueError(`[histogramdd] sample has shape ${shapeText(x.shape)}; expected (N, D)`);
  return Array.from({ length: x.shape[1] as number }, (_, i) => picked(x, 1, i));
}

function grid(
  columns: readonly NdArray[],
  options: HistogramOptions<number | readonly Bins[], readonly (readonly [number, number] | null)[]>,
  who: string,
): [NdArray, NdArray[]] {
  const bins = options.bins ?? 10;
  const each = typeof bins === 'number' ? columns.map(() => bins as Bins) : bins;
  if (each.length !== columns.length)
    throw new ValueError(`[${who}] ${each.length} bins were given for ${columns.length} dimensions`);
  const ranges = options.range ?? columns.map(() => null);
  if (ranges.length !== columns.length)
    throw new ValueError(`[${who}] ${ranges.length} ranges were given for ${columns.length} dimensions`);
  const first = columns[0];
  if (first === undefined) throw new ValueError(`[${who}] sample has no dimensions; expected at least one`);
  const weights =
    options.weights === null || options.weights === undefined
      ? null
      : castTo(flat(arrayOf(options.weights)), float64);
  if (weights !== null && weights.size !== first.size)
    throw new ValueError(`[${who}] ${weights.size} weights were given for ${first.size} points`);
  const edges = columns.map((c, i) => binEdges(c, each[i] as Bins, ranges[i] ?? null, who));
  // Every dimension has one more bin for what lies outside; these are cut off in the end.
  const extents = edges.map((e) => e.size);
  let cell = filled(first, first.shape, int32, 0);
  for (const [i, c] of columns.entries()) {
    cell = cellOf.call([cell, binNumbers(c, edges[i] as NdArray), extents[i] as number]);
  }
  const whole = counted(cell, sizeOf(extents), weights);
  let counts = new NdArray(whole.storage, whole.dtype, extents);
  for (const [i, n] of extents.entries()) counts = sliced(counts, i, 0, n - 1);
  counts = copyOf(counts, float64);
  if (options.density) {
    const total = sum(counts);
    for (const [i, e] of edges.entries()) {
      const width = castTo(differences(e, 0), float64);
      const shape = counts.shape.map((n, k) => (k === i ? n : 1));
      counts = divide.call([counts, new NdArray(width.storage, width.dtype, shape)]);
    }
    counts = divide.call([counts, total]);
  }
  return [counts, edges];
}

/**
 * Counts of points that fall into the cells of a rectangular grid.
 *
 * @param x first coordinates, one axis.
 * @param y second coordinates.
 * @param options `bins`: a count for both, one list of edges for both, or one entry for each; `range`: `[[low, high], [low, high]]`.
 * @returns `[counts, edges of x, edges of y]`, counts (float64) `[bins of x, bins of y]`.
 * @throws {ValueError} for bins, ranges or weights that do not fit.
 * @example
 * import { array, histogram2d } from '@chainer/xp';
 * const [counts] = histogram2d(array([0, 1, 1]), array([0, 1, 0]), { bins: 2 });
 * counts.toArraySync(); // [[1, 0], [1, 1]]
 */
export function histogram2d(
  x: ArrayLike,
  y: ArrayLike,
  options: HistogramOptions<Bins | readonly Bins[], readonly (readonly [number, number] | null)[]> = {},
): [counts: NdArray, xEdges: NdArray, yEdges: NdArray] {
  checkOptions('histogram2d', options, ['bins', 'range', 'weights', 'density']);
  const columns = [flat(arrayOf(x)), flat(arrayOf(y))] as const;
  if (columns[0].size !== columns[1].size) {
    throw new ValueError(`[histogram2d] x has ${columns[0].size} elements but y has ${columns[1].size}`);
  }
  const { bins = 10, ...rest } = options;
  const perAxis =
    Array.isArray(bins) && bins.length === 2 ? (bins as readonly Bins[]) : [bins as Bins, bins as Bins];
  const [counts, edges] = grid(columns, { ...rest, bins: perAxis }, 'histogram2d');
  return [counts, edges[0] as NdArray, edges[1] as NdArray];
}
