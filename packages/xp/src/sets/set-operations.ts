import { checkOptions } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { castTo, flat, joined } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { flatPositions } from '../indexing/nonzero.ts';
import { arrayOf, indexType } from '../reduction/options.ts';
import { placesIn } from '../sorting/searchsorted.ts';
import { sort } from '../sorting/sort.ts';
import { isin } from './isin.ts';
import { taken, uniqueParts } from './unique.ts';

/** Options of set operations. */
export interface SetOptions {
  /** Both operands are known to hold no element twice. */
  readonly assumeUnique?: boolean;
}

/** Both operands flattened in their common dtype. */
function pair(a: ArrayLike, b: ArrayLike): [NdArray, NdArray] {
  const x = flat(arrayOf(a));
  const y = flat(arrayOf(b));
  const d = promote(x.dtype, y.dtype);
  return [castTo(x, d), castTo(y, d)];
}

/** Distinct elements with their places (int32 or int64) in the list. */
function withPlaces(x: NdArray): [NdArray, NdArray] {
  return uniqueParts(x, { returnIndex: true }, 'intersect1d') as [NdArray, NdArray];
}

/** The elements of `x` for which `mask` is true. */
function selected(x: NdArray, mask: NdArray, who: string): NdArray {
  return x.size === 0 ? x : taken(x, flatPositions(mask, who));
}

/**
 * The distinct elements that both arrays have, ascending.
 *
 * @returns the elements, or with `returnIndices` `[elements, places in a, places in b]` of first occurrences.
 * @example
 * import { array, intersect1d } from '@chainer/xp';
 * intersect1d(array([1, 3, 4, 3]), array([3, 1, 2])).toArraySync(); // [1, 3]
 */
export function intersect1d(
  a: ArrayLike,
  b: ArrayLike,
  options: SetOptions & { readonly returnIndices: true },
): [NdArray, NdArray, NdArray];
export function intersect1d(a: ArrayLike, b: ArrayLike, options?: SetOptions): NdArray;
export function intersect1d(
  a: ArrayLike,
  b: ArrayLike,
  options: SetOptions & { readonly returnIndices?: boolean } = {},
): NdArray | [NdArray, NdArray, NdArray] {
  checkOptions('intersect1d', options, ['assumeUnique', 'returnIndices']);
  const [x, y] = pair(a, b);
  const [ux, placesX] = withPlaces(x);
  const [uy, placesY] = withPlaces(y);
  const common = ux.size === 0 ? ux : selected(ux, isin(ux, uy), 'intersect1d');
  if (!options.returnIndices) return common;
  const inX = ux.size === 0 ? placesX : selected(placesX, isin(ux, uy), 'intersect1d');
  const inY =
    common.size === 0
      ? taken(placesY, placesIn(common, common, 'left'))
      : taken(placesY, placesIn(uy, common, 'left'));
  const d = indexType(arrayOf(a), arrayOf(b));
  return [common, castTo(inX, d), castTo(inY, d)];
}

/**
 * The distinct elements of a that b does not have, ascending (with `assumeUnique` in a's order).
 *
 * @example
 * import { array, setdiff1d } from '@chainer/xp';
 * setdiff1d(array([5, 1, 3]), array([3, 4])).toArraySync(); // [1, 5]
 */
export function setdiff1d(a: ArrayLike, b: ArrayLike, options: SetOptions = {}): NdArray {
  checkOptions('setdiff1d', options, ['assumeUnique']);
  return without(a, b, options, 'setdiff1d');
}

function without(a: ArrayLike, b: ArrayLike, options: SetOptions, who: string): NdArray {
  const x = flat(arrayOf(a));
  const candidates = options.assumeUnique ? x : (uniqueParts(x, {}, who)[0] as NdArray);
  return candidates.size === 0
    ? candidates
    : selected(candidates, isin(candidates, b, { invert: true }), who);
}

/**
 * The distinct elements that exactly one of the arrays has, ascending.
 *
 * @example
 * import { array, setxor1d } from '@chainer/xp';
 * setxor1d(array([1, 2, 3]), array([2, 4])).toArraySync(); // [1, 3, 4]
 */
export function setxor1d(a: ArrayLike, b: ArrayLike, options: SetOptions = {}): NdArray {
  checkOptions('setxor1d', options, ['assumeUnique']);
  const [x, y] = pair(a, b);
  return sort(joined([without(x, y, options, 'setxor1d'), without(y, x, options, 'setxor1d')], 0));
}

/**
 * The distinct elements of both arrays together, ascending.
 *
 * @example
 * import { array, union1d } from '@chainer/xp';
 * union1d(array([3, 1]), array([2, 3])).toArraySync(); // [1, 2, 3]
 */
export function union1d(a: ArrayLike, b: ArrayLike): NdArray {
  return uniqueParts(joined(pair(a, b), 0), {}, 'union1d')[0] as NdArray;
}
