import type { NdArray } from '../core/ndarray.ts';
import type { ChoiceOptions } from './choice.ts';
import type { LocScaleOptions, LognormalOptions, ScaleOptions, UniformOptions } from './continuous.ts';
import { getRandomState } from './default-state.ts';
import type { CountOptions } from './discrete.ts';
import type { DrawOptions, Parameter } from './draw.ts';
import type { RandintOptions } from './integers.ts';
import type { RandArguments } from './random-state.ts';
import type { DeviceOption } from './sampler.ts';

/** Functions that draw from the default stream: methods of `getRandomState()`, where all is said about them. */

/** Uniform on [0, 1). */
export function random(options: DrawOptions = {}): NdArray {
  return getRandomState().random(options);
}

/** Uniform on [0, 1). */
export function randomSample(options: DrawOptions = {}): NdArray {
  return getRandomState().randomSample(options);
}

/** Uniform on [0, 1) with those extents: `rand(2, 3)`. */
export function rand(...args: RandArguments): NdArray {
  return getRandomState().rand(...args);
}

/** Standard normal with those extents: `randn(2, 3)`. */
export function randn(...args: RandArguments): NdArray {
  return getRandomState().randn(...args);
}

/** Uniform on [low, high). */
export function uniform(options: UniformOptions = {}): NdArray {
  return getRandomState().uniform(options);
}

/** Normal with mean 0 and standard deviation 1. */
export function standardNormal(options: DrawOptions = {}): NdArray {
  return getRandomState().standardNormal(options);
}

/** Normal with mean `loc` (0) and standard deviation `scale` (1). */
export function normal(options: LocScaleOptions = {}): NdArray {
  return getRandomState().normal(options);
}

/** Exponential of a normal number. */
export function lognormal(options: LognormalOptions = {}): NdArray {
  return getRandomState().lognormal(options);
}

/** Exponential with mean `scale` (1). */
export function exponential(options: ScaleOptions = {}): NdArray {
  return getRandomState().exponential(options);
}

/** Exponential with mean 1. */
export function standardExponential(options: DrawOptions = {}): NdArray {
  return getRandomState().standardExponential(options);
}

/** Gumbel with mode `loc` (0) and scale `scale` (1). */
export function gumbel(options: LocScaleOptions = {}): NdArray {
  return getRandomState().gumbel(options);
}

/** Laplace with mean `loc` (0) and scale `scale` (1). */
export function laplace(options: LocScaleOptions = {}): NdArray {
  return getRandomState().laplace(options);
}

/** Logistic with mean `loc` (0) and scale `scale` (1). */
export function logistic(options: LocScaleOptions = {}): NdArray {
  return getRandomState().logistic(options);
}

/** Rayleigh with mode `scale` (1). */
export function rayleigh(options: ScaleOptions = {}): NdArray {
  return getRandomState().rayleigh(options);
}

/** Weibull with shape `a`. */
export function weibull(a: Parameter, options: DrawOptions = {}): NdArray {
  return getRandomState().weibull(a, options);
}

/** Pareto II with shape `a`. */
export function pareto(a: Parameter, options: DrawOptions = {}): NdArray {
  return getRandomState().pareto(a, options);
}

/** Cauchy with mode 0. */
export function standardCauchy(options: DrawOptions = {}): NdArray {
  return getRandomState().standardCauchy(options);
}

/** Successes of `n` trials that each succeed with probability `p`; int32. */
export function binomial(n: Parameter, p: Parameter, options: CountOptions = {}): NdArray {
  return getRandomState().binomial(n, p, options);
}

/** Trials until the first success; int32. */
export function geometric(p: Parameter, options: CountOptions = {}): NdArray {
  return getRandomState().geometric(p, options);
}

/** Integers in [low, high), or in [0, low) where `high` is left out; int32. */
export function randint(low: number | bigint, options: RandintOptions = {}): NdArray {
  return getRandomState().randint(low, options);
}

/** 0 … x - 1 in random order, or a copy of an array with its rows in random order. */
export function permutation(x: number | NdArray, options: DeviceOption = {}): NdArray {
  return getRandomState().permutation(x, options);
}

/** A sample of 0 … a - 1 or of the rows of an array. */
export function choice(a: number | NdArray, options: ChoiceOptions = {}): NdArray {
  return getRandomState().choice(a, options);
}

/** Puts the rows of an array (or the items of a list) in random order, in place. */
export function shuffle(x: NdArray | unknown[]): void {
  getRandomState().shuffle(x);
}

/** Random bytes on the host. */
export function bytes(length: number): Uint8Array {
  return getRandomState().bytes(length);
}

/** 0 … n - 1 in random order on the host. */
export function hostPermutation(n: number): Int32Array {
  return getRandomState().hostPermutation(n);
}
