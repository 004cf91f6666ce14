import { type Device, type DTypeLike, empty, type NdArray, dtype as toDtype } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { getDtype } from '../core/config.ts';
import { type InitializerLike, initialize } from '../core/initializer.ts';

/** Options of generateArray. */
export interface GenerateArrayOptions {
  /** dtype of the array; null: the initializer's, else `config.dtype`. */
  readonly dtype?: DTypeLike | null;
  /** Where it is made; null: the default device. */
  readonly device?: Device | string | null;
}

/**
 * A new array, filled by an initializer.
 *
 * @param initializer initializer, number, array to copy, or a function that fills the array it is given
 * @example
 * import { generateArray, Constant } from 'chainer/initializers';
 * generateArray(new Constant(2), [2]).toArraySync(); // [2, 2]
 */
export function generateArray(
  initializer: InitializerLike,
  shape: readonly number[] | number,
  options: GenerateArrayOptions = {},
): NdArray {
  checkOptions('generateArray', options, ['dtype', 'device']);
  const own = typeof initializer === 'object' ? initializer.dtype : null;
  const wanted =
    options.dtype ??
    (typeof own === 'string' ? getDtype(own as Parameters<typeof getDtype>[0]) : (own ?? getDtype()));
  const array = empty(shape, { dtype: toDtype(wanted), device: options.device ?? null });
  initialize(array, initializer);
  return array;
}
