import { checkOptions } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import { type ChoiceOptions, choice, choiceKeys } from './choice.ts';
import { defaultStream, setDefaultStream } from './default-stream.ts';
import { type DrawOptions, drawStandard, extents, type RandArguments } from './draw.ts';
import { integers, type RandintOptions } from './integers.ts';
import { permutation, shuffle } from './permutation.ts';
import { type DeviceOption, Sampler } from './sampler.ts';
import type { Seed } from './stream.ts';

/**
 * A random stream with NumPy's classic methods. One seed gives the same numbers on every device.
 *
 * @example
 * import { random } from '@chainer/xp';
 * const rs = new random.RandomState(0);
 * rs.uniform({ low: -1, high: 1, size: [2, 3] }).shape; // [2, 3]
 * const state = rs.getState(); // plain data, for snapshots
 */
export class RandomState extends Sampler {
  /** Starts again from a seed; null: from the system's entropy. */
  seed(seed: Seed | null = null): void {
    this.stream.reseed(seed);
  }

  /** `random` under its classic name. */
  randomSample(options: DrawOptions = {}): NdArray {
    return drawStandard(this.stream, 'uniform', options, 'randomSample');
  }

  /** Uniform on [0, 1) with those extents: `rand(2, 3)`, `rand(2, 3, { dtype: 'float64' })`. */
  rand(...args: RandArguments): NdArray {
    return drawStandard(this.stream, 'uniform', extents(args, 'rand'), 'rand');
  }

  /** Standard normal with those extents. */
  randn(...args: RandArguments): NdArray {
    return drawStandard(this.stream, 'normal', extents(args, 'randn'), 'randn');
  }

  /**
   * Integers in [low, high), or in [0, low) where `high` is left out; int32 unless `dtype` says otherwise.
   *
   * @throws {ValueError} for an empty range or one that the dtype does not hold.
   */
  randint(low: number | bigint, options: RandintOptions = {}): NdArray {
    return integers(this.stream, low, options, 'randint');
  }

  /** 0 … x - 1 in random order (int32), or a copy of an array with its rows in random order. */
  permutation(x: number | NdArray, options: DeviceOption = {}): NdArray {
    checkOptions('permutation', options, ['device']);
    return permutation(this.stream, x, options);
  }

  /** Puts the rows of an array (or the items of a list) in random order, in place. */
  shuffle(x: NdArray | unknown[]): void {
    shuffle(this.stream, x, {});
  }

  /**
   * A sample of 0 … a - 1 or of the rows of an array. With `p` it is drawn on the host.
   *
   * @throws {ValueError} for probabilities that do not fit, or more elements than there are without replacement.
   */
  choice(a: number | NdArray, options: ChoiceOptions = {}): NdArray {
    checkOptions('choice', options, choiceKeys);
    return choice(this.stream, a, options);
  }
}

let last: RandomState | null = null;

/**
 * The stream behind the functions of this module. It starts from the environment variable CHAINER_SEED, or from the system's
 * entropy where that is not set.
 */
export function getRandomState(): RandomState {
  const stream = defaultStream();
  if (last?.stream !== stream) last = new RandomState(stream);
  return last;
}

/** Puts another stream behind the functions of this module. */
export function setRandomState(state: RandomState): void {
  last = state;
  setDefaultStream(state.stream);
}
