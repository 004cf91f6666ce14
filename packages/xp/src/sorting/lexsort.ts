import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { sameShape, shapeText } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { axisMoved, castTo, copyOf, picked, reshaped } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { IndexedKernel } from '../kernel/indexed-kernel.ts';
import { arrayOf, indexType } from '../reduction/options.ts';
import { coord } from '../scalar/expr.ts';
import { sortingIndices } from './sort.ts';

/** `y[i, j] = x[i, index[i, j]]`. */
const takeInRow = new IndexedKernel('lexsort', ['raw', 'array'], (x, index) => x.at(coord(0), index));

/**
 * Indices that sort by several keys, **the last key first**: the first key decides only among equals of all others.
 *
 * @param keys a list of arrays of one shape, or an array whose first axis lists them.
 * @param options `axis`: the axis to sort along, the last unless given.
 * @returns indices of the shape of one key, int32 (int64 where a key holds 64-bit integers).
 * @throws {ValueError} for no keys, or keys of several shapes.
 * @example
 * import { array, lexsort } from '@chainer/xp';
 * lexsort([array([9, 4, 0]), array([1, 1, 0])]).toArraySync(); // [2, 1, 0]
 */
export function lexsort(
  keys: NdArray | readonly ArrayLike[],
  options: { readonly axis?: number } = {},
): NdArray {
  checkOptions('lexsort', options, ['axis']);
  const list = Array.isArray(keys) ? keys.map(arrayOf) : rowsOf(keys as NdArray);
  const first = list[0];
  if (first === undefined) throw new ValueError('[lexsort] keys is empty; expected at least one key');
  const other = list.find((k) => !sameShape(k.shape, first.shape));
  if (other) {
    throw new ValueError(
      `[lexsort] keys have shapes ${shapeText(first.shape)} and ${shapeText(other.shape)}; expected one shape`,
    );
  }
  if (first.ndim === 0) return castTo(sortingIndices(reshaped(first, [1]), 0), indexType(...list));
  const axis = normalizeAxis(options.axis ?? -1, first.ndim, 'lexsort');
  const last = first.ndim - 1;
  const shape = axisMoved(first, axis, last).shape;
  const n = shape[last] as number;
  const rows = list.map((k) => reshaped(axisMoved(k, axis, last), [n === 0 ? 0 : k.size / n, n]));
  const order = castTo(lexsortRows(rows), indexType(...list));
  const placed = axisMoved(reshaped(order, shape), last, axis);
  return placed.contiguous ? placed : copyOf(placed);
}

function rowsOf(keys: NdArray): NdArray[] {
  if (keys.ndim === 0) throw new ValueError('[lexsort] keys is 0-dimensional; expected a list of keys');
  return Array.from({ length: keys.shape[0] as number }, (_, i) => picked(keys, 0, i));
}

/** The same for keys `[rows, n]` along their last axis: one stable sort per key, from the least to the most important. */
export function lexsortRows(keys: readonly NdArray[]): NdArray {
  let order = sortingIndices(keys[0] as NdArray, 1);
  for (const key of keys.slice(1)) {
    const within = sortingIndices(takeInRow.run([key, order]), 1);
    order = takeInRow.run([order, within]);
  }
  return order;
}
