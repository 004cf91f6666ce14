import type { DTypeLike, NdArray } from '@chainer/xp/functions';
import { dtype } from '@chainer/xp/functions';
import * as random from '@chainer/xp/random';
import type { Initializer } from '../core/initializer.ts';

/** Options of every initializer. */
export interface InitializerOptions {
  /** dtype of the parameters that are made with it; null: `config.dtype`. */
  readonly dtype?: DTypeLike | null;
}

/** A source of random numbers: `xp.random.RandomState` and `xp.random.Generator` are such. */
export type RandomSource = Pick<random.Generator, 'normal' | 'uniform'>;

/** Options of initializers that draw. */
export interface RandomInitializerOptions extends InitializerOptions {
  /** Where numbers are drawn from; null: the default stream, which `xp.random.seed` starts anew. */
  readonly rng?: RandomSource | null;
}

/** Options of random initializers with a scale. */
export interface ScaledInitializerOptions extends RandomInitializerOptions {
  /** Factor of the standard deviation (normal) or of the bound (uniform). */
  readonly scale?: number;
}

/** What initializers share: the dtype they ask for. */
export abstract class BaseInitializer implements Initializer {
  readonly dtype: string | null;

  constructor(options: InitializerOptions) {
    this.dtype = options.dtype ? dtype(options.dtype).name : null;
  }

  abstract apply(array: NdArray): void;
}

/** Puts drawn (or computed) values into the array, and gives their own memory back. */
function put(values: NdArray, array: NdArray): void {
  if (array.size > 0) array.device.kernels.copy(values, array);
  values.release();
}

/** Fills an array with normal numbers of mean 0. */
export function fillNormal(array: NdArray, scale: number, rng: RandomSource | null | undefined): void {
  const options = { scale, size: array.shape, dtype: array.dtype, device: array.device };
  put(rng ? rng.normal(options) : random.normal(options), array);
}

/** Fills an array with numbers that are uniform on [-scale, scale). */
export function fillUniform(array: NdArray, scale: number, rng: RandomSource | null | undefined): void {
  const options = { low: -scale, high: scale, size: array.shape, dtype: array.dtype, device: array.device };
  put(rng ? rng.uniform(options) : random.uniform(options), array);
}
