import { checkOptions } from '../core/check-options.ts';
import type { Device, RandomKind } from '../core/device.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { LocScaleOptions, LognormalOptions, ScaleOptions, UniformOptions } from './continuous.ts';
import * as continuous from './continuous.ts';
import { binomial, type CountOptions, geometric } from './discrete.ts';
import { type DrawOptions, drawKeys, drawStandard, fillFrom, type Parameter } from './draw.ts';
import { randomBytes, randomOrder } from './permutation.ts';
import { restoreState, type Seed, Stream, type StreamState, stateOf, WordReader } from './stream.ts';

/**
 * Methods that draw from a random stream, thin skins over functions of it: what `RandomState` and `Generator` share.
 *
 * Every method takes `size` (a shape; where left out the result has the shape of the parameters, no axes for numbers),
 * `dtype` (float16, bfloat16, float32 or float64; the default float where left out) and `device`. Parameters are numbers or arrays that
 * broadcast to the result. The numbers depend on the seed and the calls before, not on the device (up to rounding).
 *
 * @throws {ValueError} for a parameter outside its range or a size that does not fit, {DTypeError} for a dtype that is not floating.
 */
export abstract class Sampler {
  /** Where the numbers come from. */
  readonly stream: Stream;

  /** @param seed null: from the system's entropy; a stream: that one, shared. */
  constructor(seed: Seed | Stream | null = null) {
    this.stream = seed instanceof Stream ? seed : new Stream(seed);
  }

  /** The stream's position, for snapshots. */
  getState(): StreamState {
    return stateOf(this.stream);
  }

  /**
   * Continues where a stream stood when `getState` was called.
   *
   * @throws {ValueError} for anything that `getState` cannot have given.
   */
  setState(state: StreamState): void {
    restoreState(this.stream, state);
  }

  /** A reader of words on the host, which takes blocks as it goes. */
  reader(): WordReader {
    return new WordReader(this.stream);
  }

  /** Uniform on [0, 1): multiples of 2⁻²⁴, of 2⁻⁵³ for float64. */
  random(options: DrawOptions = {}): NdArray {
    return drawStandard(this.stream, 'uniform', options, 'random');
  }

  /** Uniform on [low, high): `low + (high - low) u`. `low` is 0 and `high` 1 where left out. */
  uniform(options: UniformOptions = {}): NdArray {
    return continuous.uniform(this.stream, options);
  }

  /** Normal with mean 0 and standard deviation 1 (Box and Muller's method). */
  standardNormal(options: DrawOptions = {}): NdArray {
    return drawStandard(this.stream, 'normal', options, 'standardNormal');
  }

  /** Normal with mean `loc` (0) and standard deviation `scale` (1). */
  normal(options: LocScaleOptions = {}): NdArray {
    return continuous.normal(this.stream, options);
  }

  /** Exponential of a normal number with mean `mean` (0) and standard deviation `sigma` (1). */
  lognormal(options: LognormalOptions = {}): NdArray {
    return continuous.lognormal(this.stream, options);
  }

  /** Exponential with mean `scale` (1): `-scale log(1 - u)`. */
  exponential(options: ScaleOptions = {}): NdArray {
    return continuous.exponential(this.stream, options);
  }

  /** Exponential with mean 1. */
  standardExponential(options: DrawOptions = {}): NdArray {
    checkOptions('standardExponential', options, drawKeys);
    return continuous.exponential(this.stream, options);
  }

  /** Gumbel with mode `loc` (0) and scale `scale` (1): `loc - scale log(-log u)`. */
  gumbel(options: LocScaleOptions = {}): NdArray {
    return continuous.gumbel(this.stream, options);
  }

  /** Laplace with mean `loc` (0) and scale `scale` (1): density `exp(-|x - loc| / scale) / (2 scale)`. */
  laplace(options: LocScaleOptions = {}): NdArray {
    return continuous.laplace(this.stream, options);
  }

  /** Logistic with mean `loc` (0) and scale `scale` (1): `loc + scale log(u / (1 - u))`. */
  logistic(options: LocScaleOptions = {}): NdArray {
    return continuous.logistic(this.stream, options);
  }

  /** Rayleigh with mode `scale` (1): `scale sqrt(-2 log(1 - u))`. */
  rayleigh(options: ScaleOptions = {}): NdArray {
    return continuous.rayleigh(this.stream, options);
  }

  /** Weibull with shape `a` and scale 1: `(-log(1 - u))^(1/a)`. */
  weibull(a: Parameter, options: DrawOptions = {}): NdArray {
    return continuous.weibull(this.stream, a, options);
  }

  /** Pareto II (Lomax) with shape `a`: `(1 - u)^(-1/a) - 1`. */
  pareto(a: Parameter, options: DrawOptions = {}): NdArray {
    return continuous.pareto(this.stream, a, options);
  }

  /** Cauchy with mode 0: `tan(π (u - 1/2))`. */
  standardCauchy(options: DrawOptions = {}): NdArray {
    return continuous.standardCauchy(this.stream, options);
  }

  /** Successes of `n` trials that each succeed with probability `p`; int32. Draws every trial: the work grows with n. */
  binomial(n: Parameter, p: Parameter, options: CountOptions = {}): NdArray {
    return binomial(this.stream, n, p, options);
  }

  /** Trials until the first success, each with probability `p`; int32, at least 1. */
  geometric(p: Parameter, options: CountOptions = {}): NdArray {
    return geometric(this.stream, p, options);
  }

  /** Random bytes on the host. */
  bytes(length: number): Uint8Array {
    return randomBytes(this.stream, length);
  }

  /**
   * 0 … n - 1 in random order on the host, every order equally likely: what `permutation(n)` puts on a device.
   *
   * Fisher and Yates' shuffle; each step draws an integer without bias by drawing again what is too large.
   */
  hostPermutation(n: number): Int32Array {
    return randomOrder(this.stream, n);
  }

  /** Fills a contiguous array with standard numbers (`uniform`, `normal`) or words (`bits`); returns it. */
  fill(kind: RandomKind, x: NdArray): NdArray {
    return fillFrom(this.stream, kind, x);
  }
}

/** Options of `permutation` and `choice` for a number. */
export interface DeviceOption {
  readonly device?: Device | string | null;
}
