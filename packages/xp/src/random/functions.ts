import { checkOptions } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { ChoiceOptions } from './choice.ts';
import * as sample from './choice.ts';
import { choiceKeys } from './choice.ts';
import type { LocScaleOptions, LognormalOptions, ScaleOptions, UniformOptions } from './continuous.ts';
import * as continuous from './continuous.ts';
import { defaultStream } from './default-stream.ts';
import type { CountOptions } from './discrete.ts';
import * as discrete from './discrete.ts';
import {
  type DrawOptions,
  drawKeys,
  drawStandard,
  extents,
  type Parameter,
  type RandArguments,
} from './draw.ts';
import { integers, type RandintOptions } from './integers.ts';
import * as order from './permutation.ts';
import type { DeviceOption } from './sampler.ts';

/** Functions that draw from the default stream, as the methods of `getRandomState()` do, where all is said about them. */

/** Uniform on [0, 1). */
export function random(options: DrawOptions = {}): NdArray {
  return drawStandard(defaultStream(), 'uniform', options, 'random');
}

/** Uniform on [0, 1). */
export function randomSample(options: DrawOptions = {}): NdArray {
  return drawStandard(defaultStream(), 'uniform', options, 'randomSample');
}

/** Uniform on [0, 1) with those extents: `rand(2, 3)`. */
export function rand(...args: RandArguments): NdArray {
  return drawStandard(defaultStream(), 'uniform', extents(args, 'rand'), 'rand');
}

/** Standard normal with those extents: `randn(2, 3)`. */
export function randn(...args: RandArguments): NdArray {
  return drawStandard(defaultStream(), 'normal', extents(args, 'randn'), 'randn');
}

/** Uniform on [low, high). */
export function uniform(options: UniformOptions = {}): NdArray {
  return continuous.uniform(defaultStream(), options);
}

/** Normal with mean 0 and standard deviation 1. */
export function standardNormal(options: DrawOptions = {}): NdArray {
  return drawStandard(defaultStream(), 'normal', options, 'standardNormal');
}

/** Normal with mean `loc` (0) and standard deviation `scale` (1). */
export function normal(options: LocScaleOptions = {}): NdArray {
  return continuous.normal(defaultStream(), options);
}

/** Exponential of a normal number. */
export function lognormal(options: LognormalOptions = {}): NdArray {
  return continuous.lognormal(defaultStream(), options);
}

/** Exponential with mean `scale` (1). */
export function exponential(options: ScaleOptions = {}): NdArray {
  return continuous.exponential(defaultStream(), options);
}

/** Exponential with mean 1. */
export function standardExponential(options: DrawOptions = {}): NdArray {
  checkOptions('standardExponential', options, drawKeys);
  return continuous.exponential(defaultStream(), options);
}

/** Gumbel with mode `loc` (0) and scale `scale` (1). */
export function gumbel(options: LocScaleOptions = {}): NdArray {
  return continuous.gumbel(defaultStream(), options);
}

/** Laplace with mean `loc` (0) and scale `scale` (1). */
export function laplace(options: LocScaleOptions = {}): NdArray {
  return continuous.laplace(defaultStream(), options);
}

/** Logistic with mean `loc` (0) and scale `scale` (1). */
export function logistic(options: LocScaleOptions = {}): NdArray {
  return continuous.logistic(defaultStream(), options);
}

/** Rayleigh with mode `scale` (1). */
export function rayleigh(options: ScaleOptions = {}): NdArray {
  return continuous.rayleigh(defaultStream(), options);
}

/** Weibull with shape `a`. */
export function weibull(a: Parameter, options: DrawOptions = {}): NdArray {
  return continuous.weibull(defaultStream(), a, options);
}

/** Pareto II with shape `a`. */
export function pareto(a: Parameter, options: DrawOptions = {}): NdArray {
  return continuous.pareto(defaultStream(), a, options);
}

/** Cauchy with mode 0. */
export function standardCauchy(options: DrawOptions = {}): NdArray {
  return continuous.standardCauchy(defaultStream(), options);
}

/** Successes of `n` trials that each succeed with probability `p`; int32. */
export function binomial(n: Parameter, p: Parameter, options: CountOptions = {}): NdArray {
  return discrete.binomial(defaultStream(), n, p, options);
}

/** Trials until the first success; int32. */
export function geometric(p: Parameter, options: CountOptions = {}): NdArray {
  return discrete.geometric(defaultStream(), p, options);
}

/** Integers in [low, high), or in [0, low) where `high` is left out; int32. */
export function randint(low: number | bigint, options: RandintOptions = {}): NdArray {
  return integers(defaultStream(), low, options, 'randint');
}

/** 0 … x - 1 in random order, or a copy of an array with its rows in random order. */
export function permutation(x: number | NdArray, options: DeviceOption = {}): NdArray {
  checkOptions('permutation', options, ['device']);
  return order.permutation(defaultStream(), x, options);
}

/** A sample of 0 … a - 1 or of the rows of an array. */
export function choice(a: number | NdArray, options: ChoiceOptions = {}): NdArray {
  checkOptions('choice', options, choiceKeys);
  return sample.choice(defaultStream(), a, options);
}

/** Puts the rows of an array (or the items of a list) in random order, in place. */
export function shuffle(x: NdArray | unknown[]): void {
  order.shuffle(defaultStream(), x, {});
}

/** Random bytes on the host. */
export function bytes(length: number): Uint8Array {
  return order.randomBytes(defaultStream(), length);
}

/** 0 … n - 1 in random order on the host. */
export function hostPermutation(n: number): Int32Array {
  return order.randomOrder(defaultStream(), n);
}
