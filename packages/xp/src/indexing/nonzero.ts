import { int32 } from '../core/dtype.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { mustKnow } from '../core/read.ts';
import { castTo } from '../core/views.ts';
import { ValueError } from '../errors.ts';
import { nonzeroOn } from '../js/families.ts';
import { indexType } from '../reduction/options.ts';
import { unravel } from './unravel.ts';

/** Flat C-order positions (int32) of the elements that are not zero. @throws {NeedsHostSyncError} on an asynchronous device. */
export function flatPositions(x: NdArray, who: string): NdArray {
  mustKnow(x, who);
  return x.size === 0 ? emptyOn(x.device, [0], int32) : nonzeroOn(x.device).nonzero(x);
}

/**
 * Indices (int32; int64 for arrays of 64-bit integers) of the elements that are not zero, one array per axis, in C order.
 *
 * @throws {ValueError} for a 0-d array; {NeedsHostSyncError} on an asynchronous device: use `await onHost(nonzero, x)`.
 * @example
 * import { array, nonzero } from '@chainer/xp';
 * nonzero(array([[0, 5], [6, 0]])).map((i) => i.toArraySync()); // [[0, 1], [1, 0]]
 */
export function nonzero(x: NdArray): NdArray[] {
  if (x.ndim === 0)
    throw new ValueError('[nonzero] a 0-d array has no axes to index; use atleast1d(x) first');
  return unravel(flatPositions(x, 'nonzero'), x.shape).map((i) => castTo(i, indexType(x)));
}

/** The same for the flat array. */
export function flatnonzero(x: NdArray): NdArray {
  return castTo(flatPositions(x, 'flatnonzero'), indexType(x));
}

/**
 * Indices (int32) of the elements that are not zero, one row per element.
 *
 * @example
 * import { argwhere, array } from '@chainer/xp';
 * argwhere(array([[0, 5], [6, 0]])).toArraySync(); // [[0, 1], [1, 0]]
 */
export function argwhere(x: NdArray): NdArray {
  const flat = flatPositions(x, 'argwhere');
  const out = emptyOn(x.device, [flat.size, x.ndim], int32);
  if (flat.size > 0 && x.ndim > 0) {
    const columns = x.shape.map((_, k) => new NdArray(out.storage, int32, [flat.size], [x.ndim], k));
    unravel(flat, x.shape, columns);
  }
  return castTo(out, indexType(x));
}
