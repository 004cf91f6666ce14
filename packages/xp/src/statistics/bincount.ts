import { checkOptions, isRecord } from '../core/check-options.ts';
import { float64, int32 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { itemSync, mustKnow } from '../core/read.ts';
import { castTo, filled } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { scatterOn } from '../js/families.ts';
import { max, min } from '../reduction/max.ts';
import { arrayOf, indexType } from '../reduction/options.ts';

/** How often each bin number occurs (or the sum of its weights), for numbers known to lie in 0…bins-1. */
export function counted(numbers: NdArray, bins: number, weights: NdArray | null): NdArray {
  const d = weights === null ? int32 : weights.dtype;
  const y = filled(numbers, [bins], d, 0);
  if (numbers.size === 0) return y;
  scatterOn(y.device).scatter(y, castTo(numbers, int32), 0, weights ?? one(numbers), 'add');
  return y;
}

function one(like: NdArray): NdArray {
  const y = emptyOn(like.device, [], int32);
  y.device.kernels.fill(y, 1);
  return y;
}

/**
 * How often each non-negative integer occurs: `y[i]` counts the elements equal to `i`, or adds up their weights.
 *
 * The size of the result depends on the data, so that this waits for the device.
 *
 * @param x one axis of integers, none negative.
 * @param weights one for each element; the result is then float64.
 * @param options `minlength`: the least length of the result.
 * @returns int32 (int64 for 64-bit integers), of length `max(x) + 1` or more.
 * @throws {DTypeError} for floats.
 * @throws {ValueError} for negative numbers, several axes, or weights that do not fit.
 * @example
 * import { array, bincount } from '@chainer/xp';
 * bincount(array([0, 1, 1, 3], { dtype: 'int32' })).toArraySync(); // [1, 2, 0, 1]
 */
export function bincount(
  x: ArrayLike,
  weights: ArrayLike | null | { readonly minlength?: number } = null,
  options: { readonly minlength?: number } = {},
): NdArray {
  const alone = isRecord(weights);
  const o = alone ? (weights as { readonly minlength?: number }) : options;
  checkOptions('bincount', o, ['minlength']);
  const given = alone || weights === null ? null : arrayOf(weights as ArrayLike);
  const a = arrayOf(x);
  if (a.dtype.kind === 'f' || a.dtype.kind === 'c')
    throw new DTypeError(`[bincount] x is ${a.dtype.name}; expected integers`);
  if (a.ndim !== 1) throw new ValueError(`[bincount] x has shape ${shapeText(a.shape)}; expected one axis`);
  if (given !== null && (given.ndim !== 1 || given.size !== a.size)) {
    throw new ValueError(
      `[bincount] weights have shape ${shapeText(given.shape)} but x has ${shapeText(a.shape)}`,
    );
  }
  const minlength = o.minlength ?? 0;
  if (!Number.isInteger(minlength) || minlength < 0)
    throw new ValueError(`[bincount] minlength is ${minlength}; expected 0 or more`);
  let bins = minlength;
  if (a.size > 0) {
    mustKnow(a, 'bincount');
    const low = Number(itemSync(min(a)));
    if (low < 0) throw new ValueError(`[bincount] x holds ${low}; expected no negative numbers`);
    bins = Math.max(bins, Number(itemSync(max(a))) + 1);
  }
  const y = counted(a, bins, given === null ? null : castTo(given, float64));
  return given === null ? castTo(y, indexType(a)) : y;
}
