import { NdArray } from '@chainer/xp/functions';
import { overwrite } from '@chainer/xp/internal';
import { kindOf } from './type-check.ts';

/**
 * Fills an array with initial values: an initializer object (it is applied to the array), a number, an array to copy, or any
 * function that fills the array it is given.
 */
export type InitializerLike = Initializer | number | NdArray | ((array: NdArray) => void);

/** An object that fills arrays with initial values. */
export interface Initializer {
  /** dtype that parameters made with it take, or null for the default. */
  readonly dtype: string | null;
  /** Fills the array. */
  apply(array: NdArray): void;
}

/** Fills an array by any kind of initializer. @throws {Error} if an array has another shape. */
export function initialize(array: NdArray, initializer: InitializerLike): void {
  if (typeof initializer === 'number') {
    if (array.size > 0) array.device.kernels.fill(array, initializer);
  } else if (typeof initializer === 'function') initializer(array);
  else if (initializer instanceof NdArray) overwrite(array, initializer);
  else if (typeof initializer?.apply === 'function') initializer.apply(array);
  else
    throw new TypeError(
      `[initialize] an initializer is a number, an NdArray, an object with apply(array) (new initializers.HeNormal()), or a function, got ${kindOf(initializer)}`,
    );
}
