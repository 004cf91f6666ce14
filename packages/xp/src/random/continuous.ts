import { checkOptions } from '../core/check-options.ts';
import { float64 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { Kernel } from '../kernel/kernel.ts';
import { type Expr, input, select } from '../scalar/expr.ts';
import {
  type DrawOptions,
  drawKeys,
  drawTransformed,
  floatDtype,
  type Parameter,
  requireParameter,
} from './draw.ts';
import type { Stream } from './stream.ts';

/** Each continuous distribution is one transformation of a standard draw `x` by its parameters. */

const x = /*#__PURE__*/ input(0);
const a = /*#__PURE__*/ input(1);
const b = /*#__PURE__*/ input(2);

/** The draw, with a small number (operand 3) in place of 0: for logarithms. */
const positive: Expr = /*#__PURE__*/ x.max(input(3));
/** A standard exponential: `-log(1 - x)`; never infinite, as x < 1. */
const waiting: Expr = /*#__PURE__*/ x.neg().log1p().neg();

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
const isNumber = (v: number) => !Number.isNaN(v);

const uniformly = /*#__PURE__*/ new Kernel('uniform', [a.add(b.sub(a).mul(x))]);

export function uniform(stream: Stream, options: UniformOptions): NdArray {
  checkOptions('uniform', options, ['low', 'high', ...drawKeys]);
  const { low = 0, high = 1 } = options;
  requireParameter(low, 'low', 'finite', Number.isFinite, 'uniform');
  requireParameter(high, 'high', 'finite', Number.isFinite, 'uniform');
  return drawTransformed(stream, 'uniform', uniformly, [low, high], options);
}

const normally = /*#__PURE__*/ new Kernel('normal', [a.add(b.mul(x))]);

export function normal(stream: Stream, options: LocScaleOptions): NdArray {
  checkOptions('normal', options, ['loc', 'scale', ...drawKeys]);
  const { loc = 0, scale = 1 } = options;
  requireParameter(loc, 'loc', 'a number', isNumber, 'normal');
  requireParameter(scale, 'scale', '>= 0', notNegative, 'normal');
  return drawTransformed(stream, 'normal', normally, [loc, scale], options);
}

const lognormally = /*#__PURE__*/ new Kernel('lognormal', [a.add(b.mul(x)).exp()]);

export function lognormal(stream: Stream, options: LognormalOptions): NdArray {
  checkOptions('lognormal', options, ['mean', 'sigma', ...drawKeys]);
  const { mean = 0, sigma = 1 } = options;
  requireParameter(mean, 'mean', 'a number', isNumber, 'lognormal');
  requireParameter(sigma, 'sigma', '>= 0', notNegative, 'lognormal');
  return drawTransformed(stream, 'normal', lognormally, [mean, sigma], options);
}

/** A distribution of the uniform draw. */
type Distribution<Options> = (stream: Stream, options: Options) => NdArray;

/** Distributions of one parameter that stretches. */
function scaled(name: string, formula: () => Expr): Distribution<ScaleOptions> {
  const kernel = new Kernel(name, () => [formula()]);
  return (stream, options) => {
    checkOptions(name, options, ['scale', ...drawKeys]);
    const { scale = 1 } = options;
    requireParameter(scale, 'scale', '>= 0', notNegative, name);
    return drawTransformed(stream, 'uniform', kernel, [scale], options);
  };
}

export const exponential = /*#__PURE__*/ scaled('exponential', () => a.mul(waiting));
export const rayleigh = /*#__PURE__*/ scaled('rayleigh', () => a.mul(waiting.mul(2).sqrt()));

/** Distributions of a place and a scale. */
function located(name: string, formula: () => Expr): Distribution<LocScaleOptions> {
  const kernel = new Kernel(name, () => [formula()]);
  return (stream, options) => {
    checkOptions(name, options, ['loc', 'scale', ...drawKeys]);
    const { loc = 0, scale = 1 } = options;
    requireParameter(loc, 'loc', 'a number', isNumber, name);
    requireParameter(scale, 'scale', '>= 0', notNegative, name);
    // Half of the finest step of the uniform draws.
    const tiny = floatDtype(options, name) === float64 ? 2 ** -54 : 2 ** -25;
    return drawTransformed(stream, 'uniform', kernel, [loc, scale, tiny], options);
  };
}

export const gumbel = /*#__PURE__*/ located('gumbel', () => a.sub(b.mul(positive.log().neg().log())));
export const laplace = /*#__PURE__*/ located('laplace', () =>
  a.add(b.mul(select(x.lt(0.5), positive.mul(2).log(), x.mul(-2).add(2).log().neg()))),
);
export const logistic = /*#__PURE__*/ located('logistic', () =>
  a.add(b.mul(positive.log().sub(x.neg().log1p()))),
);

/** Distributions of a shape parameter. */
function shaped(
  name: string,
  formula: () => Expr,
): (stream: Stream, shape: Parameter, options: DrawOptions) => NdArray {
  const kernel = new Kernel(name, () => [formula()]);
  return (stream, shape, options) => {
    checkOptions(name, options, drawKeys);
    requireParameter(shape, 'a', '> 0', aboveZero, name);
    return drawTransformed(stream, 'uniform', kernel, [shape], options);
  };
}

export const weibull = /*#__PURE__*/ shaped('weibull', () => waiting.pow(a.pow(-1)));
export const pareto = /*#__PURE__*/ shaped('pareto', () => waiting.div(a).expm1());

const cauchy = /*#__PURE__*/ new Kernel('standardCauchy', () => {
  const angle = x.sub(0.5).mul(Math.PI);
  return [angle.sin().div(angle.cos())];
});

export function standardCauchy(stream: Stream, options: DrawOptions): NdArray {
  checkOptions('standardCauchy', options, drawKeys);
  return drawTransformed(stream, 'uniform', cauchy, [], options);
}
