import type { NdArray } from '../core/ndarray.ts';
import { type ChoiceOptions, choice } from './choice.ts';
import { type DrawOptions, drawStandard } from './draw.ts';
import { integers, type RandintOptions } from './integers.ts';
import { permutation, shuffle } from './permutation.ts';
import { type DeviceOption, Sampler } from './sampler.ts';
import type { Seed } from './stream.ts';

/** Options of `rand` and `randn`, after the extents. */
export type RandOptions = Omit<DrawOptions, 'size'>;

/** Extents, and options last. */
export type RandArguments = readonly number[] | readonly [...number[], RandOptions];

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
    this.reseed(seed);
  }

  /** `random` under its classic name. */
  randomSample(options: DrawOptions = {}): NdArray {
    return drawStandard(this, 'uniform', options, 'randomSample');
  }

  /** Uniform on [0, 1) with those extents: `rand(2, 3)`, `rand(2, 3, { dtype: 'float64' })`. */
  rand(...args: RandArguments): NdArray {
    return drawStandard(this, 'uniform', extents(args), 'rand');
  }

  /** Standard normal with those extents. */
  randn(...args: RandArguments): NdArray {
    return drawStandard(this, 'normal', extents(args), 'randn');
  }

  /**
   * Integers in [low, high), or in [0, low) where `high` is left out; int32 unless `dtype` says otherwise.
   *
   * @throws {ValueError} for an empty range or one that the dtype does not hold.
   */
  randint(low: number | bigint, options: RandintOptions = {}): NdArray {
    return integers(this, low, options, 'randint');
  }

  /** 0 … x - 1 in random order (int32), or a copy of an array with its rows in random order. */
  permutation(x: number | NdArray, options: DeviceOption = {}): NdArray {
    return permutation(this, x, options);
  }

  /** Puts the rows of an array (or the items of a list) in random order, in place. */
  shuffle(x: NdArray | unknown[]): void {
    shuffle(this, x, {});
  }

  /**
   * A sample of 0 … a - 1 or of the rows of an array. With `p` it is drawn on the host.
   *
   * @throws {ValueError} for probabilities that do not fit, or more elements than there are without replacement.
   */
  choice(a: number | NdArray, options: ChoiceOptions = {}): NdArray {
    return choice(this, a, options);
  }
}

function extents(args: RandArguments): DrawOptions {
  const last = args.at(-1);
  const options = typeof last === 'object' ? last : {};
  return { ...options, size: (typeof last === 'object' ? args.slice(0, -1) : args) as number[] };
}
