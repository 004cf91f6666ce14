import { checkOptions } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import { type ChoiceOptions, choice, choiceKeys } from './choice.ts';
import { type IntegersOptions, integers } from './integers.ts';
import { permutation, shuffle } from './permutation.ts';
import { type DeviceOption, Sampler } from './sampler.ts';
import type { Seed } from './stream.ts';

/** The axis along which an array is permuted; 0 where left out. */
export interface AxisOption {
  readonly axis?: number;
}

/**
 * A random stream with NumPy's newer methods. It draws the same numbers as a `RandomState` of the same seed.
 *
 * @example
 * import { random } from '@chainer/xp';
 * const rng = random.defaultRng(0);
 * rng.integers(6, { size: [2, 3] }).dtype.name; // 'int32'
 */
export class Generator extends Sampler {
  /**
   * Integers in [low, high), with `endpoint` in [low, high]; where `high` is left out from 0 up to `low`. int32 unless `dtype` says otherwise.
   *
   * @throws {ValueError} for an empty range or one that the dtype does not hold.
   */
  integers(low: number | bigint, options: IntegersOptions = {}): NdArray {
    return integers(this.stream, low, options, 'integers');
  }

  /** 0 … x - 1 in random order (int32), or a copy of an array with its slices along `axis` in random order. */
  permutation(x: number | NdArray, options: AxisOption & DeviceOption = {}): NdArray {
    checkOptions('permutation', options, ['axis', 'device']);
    return permutation(this.stream, x, options);
  }

  /** Puts the slices of an array along `axis` (or the items of a list) in random order, in place. */
  shuffle(x: NdArray | unknown[], options: AxisOption = {}): void {
    checkOptions('shuffle', options, ['axis']);
    shuffle(this.stream, x, options);
  }

  /** A sample of 0 … a - 1 or of the slices of an array along `axis`. With `p` it is drawn on the host. */
  choice(a: number | NdArray, options: ChoiceOptions & AxisOption = {}): NdArray {
    checkOptions('choice', options, [...choiceKeys, 'axis']);
    return choice(this.stream, a, options, options.axis);
  }
}

/** A generator of that seed; of the system's entropy where it is left out. */
export function defaultRng(seed: Seed | null = null): Generator {
  return new Generator(seed);
}
