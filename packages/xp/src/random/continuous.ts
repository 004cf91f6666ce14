import { float64 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { Kernel } from '../kernel/kernel.ts';
import { type Expr, input, select } from '../scalar/expr.ts';
import { type DrawOptions, drawTransformed, floatDtype, type Parameter, requireParameter } from './draw.ts';
import type { Stream } from './stream.ts';

/** Each continuous distribution is one transformation of a standard draw `x` by its parameters. */

const x = /*#__PURE__*/ input(0);
const a = /*#__PURE__*/ input(1);
const b = /*#__PURE__*/ input(2);

/** The draw, with a small number (operand 3) in place of 0: for logarithms. */
const positive: Expr = /*#__PURE__*/ x.max(input(3));
/** A standard exponential: `-log(1 - x)`; never infinite, as x < 1. */
const waiting: Expr = /*#__PURE__*/ x.neg().log1p().neg();

const kernels = {
  uniform: /*#__PURE__*/ new Kernel('uniform', [a.add(b.sub(a).mul(x))]),
  normal: /*#__PURE__*/ new Kernel('normal', [a.add(b.mul(x))]),
  lognormal: /*#__PURE__*/ new Kernel('lognormal', [a.add(b.mul(x)).exp()]),
  exponential: /*#__PURE__*/ new Kernel('exponential', [a.mul(waiting)]),
  gumbel: /*#__PURE__*/ new Kernel('gumbel', [a.sub(b.mul(positive.log().neg().log()))]),
  laplace: /*#__PURE__*/ new Kernel('laplace', [
    a.add(b.mul(select(x.lt(0.5), positive.mul(2).log(), x.mul(-2).add(2).log().neg()))),
  ]),
  logistic: /*#__PURE__*/ new Kernel('logistic', [a.add(b.mul(positive.log().sub(x.neg().log1p())))]),
  rayleigh: /*#__PURE__*/ new Kernel('rayleigh', [a.mul(waiting.mul(2).sqrt())]),
  weibull: /*#__PURE__*/ new Kernel('weibull', [waiting.pow(a.pow(-1))]),
  pareto: /*#__PURE__*/ new Kernel('pareto', [waiting.div(a).expm1()]),
  standardCauchy: /*#__PURE__*/ new Kernel('standardCauchy', [
    x.sub(0.5).mul(Math.PI).sin().div(x.sub(0.5).mul(Math.PI).cos()),
  ]),
} as const;

/** Options of `uniform`. */
export interface UniformOptions extends DrawOptions {
  readonly low?: Parameter;
  readonly high?: Parameter;
}

/** Options of distributions that are shifted and stretched. */
export interface LocScaleOptions extends DrawOptions {
  readonly loc?: Parameter;
  readonly scale?: Parameter;
}

/** Options of distributions that are stretched. */
export interface ScaleOptions extends DrawOptions {
  readonly scale?: Parameter;
}

/** Options of `lognormal`. */
export interface LognormalOptions extends DrawOptions {
  readonly mean?: Parameter;
  readonly sigma?: Parameter;
}

const notNegative = (v: number) => v >= 0;
const aboveZero = (v: number) => v > 0;

export function uniform(stream: Stream, { low = 0, high = 1, ...options }: UniformOptions): NdArray {
  requireParameter(low, 'low', 'finite', Number.isFinite, 'uniform');
  requireParameter(high, 'high', 'finite', Number.isFinite, 'uniform');
  return drawTransformed(stream, 'uniform', kernels.uniform, [low, high], options);
}

export function normal(stream: Stream, { loc = 0, scale = 1, ...options }: LocScaleOptions): NdArray {
  requireParameter(loc, 'loc', 'a number', isNumber, 'normal');
  requireParameter(scale, 'scale', '>= 0', notNegative, 'normal');
  return drawTransformed(stream, 'normal', kernels.normal, [loc, scale], options);
}

export function lognormal(stream: Stream, { mean = 0, sigma = 1, ...options }: LognormalOptions): NdArray {
  requireParameter(mean, 'mean', 'a number', isNumber, 'lognormal');
  requireParameter(sigma, 'sigma', '>= 0', notNegative, 'lognormal');
  return drawTransformed(stream, 'normal', kernels.lognormal, [mean, sigma], options);
}

/** Distributions of one parameter that stretches. */
export function scaled(
  stream: Stream,
  name: 'exponential' | 'rayleigh',
  { scale = 1, ...options }: ScaleOptions,
): NdArray {
  requireParameter(scale, 'scale', '>= 0', notNegative, name);
  return drawTransformed(stream, 'uniform', kernels[name], [scale], options);
}

/** Distributions of a place and a scale. */
export function located(
  stream: Stream,
  name: 'gumbel' | 'laplace' | 'logistic',
  { loc = 0, scale = 1, ...options }: LocScaleOptions,
): NdArray {
  requireParameter(loc, 'loc', 'a number', isNumber, name);
  requireParameter(scale, 'scale', '>= 0', notNegative, name);
  // Half of the finest step of the uniform draws.
  const tiny = floatDtype(options, name) === float64 ? 2 ** -54 : 2 ** -25;
  return drawTransformed(stream, 'uniform', kernels[name], [loc, scale, tiny], options);
}

/** Distributions of a shape parameter. */
export function shaped(
  stream: Stream,
  name: 'weibull' | 'pareto',
  shape: Parameter,
  options: DrawOptions,
): NdArray {
  requireParameter(shape, 'a', '> 0', aboveZero, name);
  return drawTransformed(stream, 'uniform', kernels[name], [shape], options);
}

export function standardCauchy(stream: Stream, options: DrawOptions): NdArray {
  return drawTransformed(stream, 'uniform', kernels.standardCauchy, [], options);
}

function isNumber(v: number): boolean {
  return !Number.isNaN(v);
}
