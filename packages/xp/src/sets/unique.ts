import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { bool, type DType, int32 } from '../core/dtype.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { axisMoved, castTo, copyOf, filled, flat, picked, reshaped, sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { flatPositions } from '../indexing/nonzero.ts';
import { gatherOn, scanOn, scatterOn, sortOn } from '../js/families.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { arrayOf, indexType } from '../reduction/options.ts';
import { apply, type Expr } from '../scalar/expr.ts';
import { lexsortRows } from '../sorting/lexsort.ts';
import { sortingIndices } from '../sorting/sort.ts';

/** Options of `unique`. */
export interface UniqueOptions {
  /** Also the place of each value's first occurrence. */
  readonly returnIndex?: boolean;
  /** Also, for every element, the place of its value in the result. */
  readonly returnInverse?: boolean;
  /** Also how often each value occurs. */
  readonly returnCounts?: boolean;
  /** Compare whole slices along this axis; null (or left out) compares elements. */
  readonly axis?: number | null;
  /** Count all NaN as one value (the default). */
  readonly equalNan?: boolean;
}

const differs = /*#__PURE__*/ new ElementwiseKernel('unique', 2, (a, b) => a.ne(b));
const differsUnlessNan = /*#__PURE__*/ new ElementwiseKernel('unique', 2, (a, b) =>
  a.ne(b).and(apply('isnan', a).and(apply('isnan', b)).not()),
);
const anyDiffers = /*#__PURE__*/ new ReductionKernel('unique', 2, {
  map: (a, b) => a.ne(b),
  reduce: (a: Expr, b: Expr) => a.or(b),
  identity: false,
});
const minusOne = /*#__PURE__*/ new ElementwiseKernel('unique', 1, (x) => x.sub(1));
const difference = /*#__PURE__*/ new ElementwiseKernel('unique', 2, (a, b) => a.sub(b));

/** `x[indices]` along the first axis. */
export function taken(x: NdArray, indices: NdArray): NdArray {
  const y = emptyOn(x.device, [indices.size, ...x.shape.slice(1)], x.dtype);
  if (y.size > 0) gatherOn(x.device).gather(x, indices, 0, y);
  return y;
}

/** What the distinct values of a list are, and where they came from (places as int32). */
interface Distinct {
  readonly values: NdArray;
  /** Order that sorts the list. */
  readonly order: NdArray;
  /** Whether each element in that order begins a new value. */
  readonly begins: NdArray;
  /** Places in that order where values begin. */
  readonly starts: NdArray;
}

/** Distinct elements of `[n]`, or rows of `[n, m]`, in ascending order. */
function distinct(x: NdArray, equalNan: boolean, who: string): Distinct {
  const n = x.shape[0] as number;
  const order = x.ndim === 1 ? sortingIndices(x, 0) : rowOrder(x);
  const sorted = taken(x, order);
  const begins = filled(x, [n], bool, 1);
  if (n > 1) {
    const operands = [sliced(sorted, 0, 1, n - 1), sliced(sorted, 0, 0, n - 1)];
    const out = sliced(begins, 0, 1, n - 1);
    if (x.ndim > 1) anyDiffers.call(operands, { axis: 1, out });
    else (equalNan ? differsUnlessNan : differs).call(operands, { out: [out] });
  }
  const starts = flatPositions(begins, who);
  return { values: taken(sorted, starts), order, begins, starts };
}

/** Sorting order of rows `[n, m]`, first column first. */
function rowOrder(x: NdArray): NdArray {
  const [n, m] = x.shape as [number, number];
  const columns = Array.from({ length: m }, (_, j) => reshaped(picked(x, 1, m - 1 - j), [1, n]));
  if (m === 0) return sortingIndices(filled(x, [n], int32, 0), 0);
  return flat(lexsortRows(columns));
}

/** For every element the number of its value. */
function inverseOf({ order, begins }: Distinct): NdArray {
  const n = order.size;
  const inverse = emptyOn(order.device, [n], int32);
  if (n === 0) return inverse;
  const numbers = emptyOn(order.device, [n], int32);
  scanOn(order.device).scan('add', castTo(begins, int32), numbers, 0);
  scatterOn(order.device).scatter(inverse, order, 0, minusOne.call([numbers]), 'set');
  return inverse;
}

/** How many elements each value has: the distance to the next start. */
function countsOf({ starts, order }: Distinct): NdArray {
  const k = starts.size;
  const ends = emptyOn(starts.device, [k], int32);
  if (k === 0) return ends;
  if (k > 1) starts.device.kernels.copy(sliced(starts, 0, 1, k - 1), sliced(ends, 0, 0, k - 1));
  starts.device.kernels.fill(sliced(ends, 0, k - 1, 1), order.size);
  return difference.call([ends, starts]);
}

/** The parts asked for, values first. */
export function uniqueParts(x: NdArray, o: UniqueOptions, who = 'unique'): NdArray[] {
  const indices: DType = indexType(x);
  const axis = o.axis === null || o.axis === undefined ? null : normalizeAxis(o.axis, x.ndim, 'unique');
  const moved = axis === null ? flat(x) : axisMoved(x, axis, 0);
  const n = moved.shape[0] as number;
  const rows = axis === null || x.ndim === 1 ? moved : reshaped(moved, [n, n === 0 ? 0 : x.size / n]);
  const found = distinct(rows, o.equalNan ?? true, who);
  const results = [found.values];
  if (axis !== null && x.ndim > 1) {
    const shaped = reshaped(found.values, [found.values.shape[0] as number, ...moved.shape.slice(1)]);
    const placed = axisMoved(shaped, 0, axis);
    results[0] = placed.contiguous ? placed : copyOf(placed);
  }
  if (o.returnIndex) results.push(castTo(taken(found.order, found.starts), indices));
  if (o.returnInverse) {
    const inverse = castTo(inverseOf(found), indices);
    results.push(axis === null ? new NdArray(inverse.storage, indices, x.shape) : inverse);
  }
  if (o.returnCounts) results.push(castTo(countsOf(found), indices));
  return results;
}

/** Options that ask `unique` for more than the values. */
type More =
  | { readonly returnIndex: true }
  | { readonly returnInverse: true }
  | { readonly returnCounts: true };

/** The parts that `unique` returns for options that ask for more than the values. */
export type UniqueParts<O> = [
  values: NdArray,
  ...(O extends { readonly returnIndex: true } ? [index: NdArray] : []),
  ...(O extends { readonly returnInverse: true } ? [inverse: NdArray] : []),
  ...(O extends { readonly returnCounts: true } ? [counts: NdArray] : []),
];

/**
 * The distinct elements of an array in ascending order, NaN last.
 *
 * The size of the result depends on the data, so that this waits for the device; on one that cannot be read at once use
 * `await onHost(unique, x)`.
 *
 * @param x any shape; with `axis` its slices along that axis are compared as wholes.
 * @returns the values, or `[values, index, inverse, counts]` with those parts that were asked for (int32; int64 for arrays of
 * 64-bit integers). Without an axis, `inverse` has x's shape.
 * @throws {AxisError} for an axis outside the array; {NeedsHostSyncError} on an asynchronous device.
 * @example
 * import { array, unique } from '@chainer/xp';
 * unique(array([3, 1, 3, 2])).toArraySync(); // [1, 2, 3]
 * const [values, counts] = unique(array([3, 1, 3]), { returnCounts: true });
 * counts.toArraySync(); // [1, 2]
 */
export function unique<const O extends UniqueOptions & More>(x: ArrayLike, options: O): UniqueParts<O>;
export function unique(x: ArrayLike, options?: UniqueOptions): NdArray;
export function unique(x: ArrayLike, options: UniqueOptions = {}): NdArray | NdArray[] {
  checkOptions('unique', options, ['returnIndex', 'returnInverse', 'returnCounts', 'axis', 'equalNan']);
  const parts = uniqueParts(arrayOf(x), options);
  return parts.length === 1 ? (parts[0] as NdArray) : parts;
}

/**
 * Distinct values, places of first occurrence, inverse and counts (array API: every NaN is a value of its own).
 *
 * @example
 * import { array, uniqueAll } from '@chainer/xp';
 * uniqueAll(array([3, 1, 3])).map((part) => part.toArraySync()); // [[1, 3], [1, 0], [1, 0, 1], [1, 2]]
 */
export function uniqueAll(
  x: ArrayLike,
): [values: NdArray, indices: NdArray, inverse: NdArray, counts: NdArray] {
  return uniqueParts(
    arrayOf(x),
    {
      returnIndex: true,
      returnInverse: true,
      returnCounts: true,
      equalNan: false,
    },
    'uniqueAll',
  ) as [NdArray, NdArray, NdArray, NdArray];
}

/**
 * Distinct values and how often each occurs (array API: every NaN is a value of its own).
 *
 * @example
 * import { array, uniqueCounts } from '@chainer/xp';
 * uniqueCounts(array([3, 1, 3])).map((part) => part.toArraySync()); // [[1, 3], [1, 2]]
 */
export function uniqueCounts(x: ArrayLike): [values: NdArray, counts: NdArray] {
  return uniqueParts(arrayOf(x), { returnCounts: true, equalNan: false }, 'uniqueCounts') as [
    NdArray,
    NdArray,
  ];
}

/**
 * Distinct values and the place of every element's value (array API: every NaN is a value of its own).
 *
 * @example
 * import { array, uniqueInverse } from '@chainer/xp';
 * uniqueInverse(array([3, 1, 3])).map((part) => part.toArraySync()); // [[1, 3], [1, 0, 1]]
 */
export function uniqueInverse(x: ArrayLike): [values: NdArray, inverse: NdArray] {
  return uniqueParts(arrayOf(x), { returnInverse: true, equalNan: false }, 'uniqueInverse') as [
    NdArray,
    NdArray,
  ];
}

/**
 * Distinct values in the order of their first occurrence, the last first: NumPy's order, where the array API promises none.
 * Every NaN is a value of its own. Use `unique` for ascending order.
 *
 * @example
 * import { array, uniqueValues } from '@chainer/xp';
 * uniqueValues(array([3, 1, 3, 2])).toArraySync(); // [2, 1, 3]
 */
export function uniqueValues(x: ArrayLike): NdArray {
  const a = flat(arrayOf(x));
  const { order, starts } = distinct(a, false, 'uniqueValues');
  const firsts = taken(order, starts);
  const k = firsts.size;
  const ascending = emptyOn(firsts.device, [k], int32);
  if (k === 0) return taken(a, ascending);
  sortOn(firsts.device).sort(firsts, ascending, 0);
  return taken(a, sliced(ascending, 0, k - 1, k, -1));
}
