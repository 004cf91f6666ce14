import { normalizeAxis } from '../core/arguments.ts';
import { optionsOf } from '../core/check-options.ts';
import { complex64, complex128, type DType, int32 } from '../core/dtype.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { castTo, flat } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { sortOn } from '../js/families.ts';
import { arrayOf, indexType } from '../reduction/options.ts';

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** The axis to sort along, the last unless given; null sorts all elements as one axis. */
  readonly axis?: number | null;
  /** NumPy's names of algorithms; every sort here is stable, so they change nothing. */
  readonly kind?: 'quicksort' | 'mergesort' | 'heapsort' | 'stable' | null;
  /** As `kind`: accepted, and always so. */
  readonly stable?: boolean | null;
}

/** Its names. */
export const sortKeys = ['axis', 'kind', 'stable'] as const;

/** The array (flattened for `axis: null`) and the axis to work along. */
export function alongAxis(x: NdArray, axis: number | null | undefined, who: string): [NdArray, number] {
  if (axis === null) return [flat(x), 0];
  return [x, normalizeAxis(axis ?? -1, x.ndim, who)];
}

/**
 * Sorted copy along an axis, NaN last; complex numbers by real, then imaginary part.
 *
 * @param x any shape with at least one axis.
 * @throws {AxisError} for an axis outside the array.
 * @example
 * import { array, sort } from '@chainer/xp';
 * sort(array([[3, 1, 2], [9, 8, 7]])).toArraySync(); // [[1, 2, 3], [7, 8, 9]]
 */
export function sort(
  x: ArrayLike,
  axisOrOptions?: number | null | SortOptions,
  options?: SortOptions,
): NdArray {
  const [a, axis] = alongAxis(arrayOf(x), optionsOf('sort', axisOrOptions, options, sortKeys).axis, 'sort');
  const y = emptyOn(a.device, a.shape, a.dtype);
  if (y.size > 0) sortOn(a.device).sort(a, y, axis);
  return y;
}

/** Stable sorting indices as int32. */
export function sortingIndices(x: NdArray, axis: number): NdArray {
  const indices = emptyOn(x.device, x.shape, int32);
  if (indices.size > 0) sortOn(x.device).argsort(x, indices, axis);
  return indices;
}

/**
 * Indices that would sort an array along an axis, equal elements in their order, as int32 (int64 for arrays of 64-bit
 * integers).
 *
 * @param x any shape with at least one axis.
 * @throws {AxisError} for an axis outside the array.
 * @example
 * import { argsort, array } from '@chainer/xp';
 * argsort(array([3, 1, 2])).toArraySync(); // [1, 2, 0]
 */
export function argsort(
  x: ArrayLike,
  axisOrOptions?: number | null | SortOptions,
  options?: SortOptions,
): NdArray {
  const [a, axis] = alongAxis(
    arrayOf(x),
    optionsOf('argsort', axisOrOptions, options, sortKeys).axis,
    'argsort',
  );
  return castTo(sortingIndices(a, axis), indexType(a));
}

/**
 * Sorted copy along the first axis.
 *
 * @example
 * import { array, msort } from '@chainer/xp';
 * msort(array([[3, 1], [2, 4]])).toArraySync(); // [[2, 1], [3, 4]]
 */
export function msort(x: ArrayLike): NdArray {
  return sort(x, 0);
}

/**
 * Sorted copy as complex numbers: complex64 for 8- and 16-bit integers and complex64 itself, otherwise complex128.
 *
 * @example
 * import { array, complex, sortComplex } from '@chainer/xp';
 * const y = sortComplex(array([complex(2, 1), complex(1, 3), complex(1, 2)]));
 * String(y.at(0).itemSync()); // '(1+2j)'
 */
export function sortComplex(x: ArrayLike): NdArray {
  const y = sort(x);
  const small = (y.dtype.kind === 'i' || y.dtype.kind === 'u') && y.dtype.itemsize <= 2;
  const d: DType = y.dtype.kind === 'c' ? y.dtype : small ? complex64 : complex128;
  return castTo(y, d);
}
