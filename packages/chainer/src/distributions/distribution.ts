import type { NdArray } from '@chainer/xp/functions';
import { asVariable, type Variable, type VariableLike } from '../core/variable.ts';
import { reshape } from '../functions/array/reshape.ts';
import { add } from '../functions/math/add.ts';
import { exp, log, log1p } from '../functions/math/exponential.ts';
import { neg } from '../functions/math/neg.ts';
import { sqrt } from '../functions/math/sqrt.ts';

/** Shapes of samples: how many, along which axes, or one number. */
export type SampleShape = number | readonly number[];

/**
 * A batch of probability distributions of one family.
 *
 * Values have the shape `sample shape + batchShape + eventShape`: the batch is as many distributions as the parameters say, an event is one
 * draw of one of them. Everything that depends on parameters is differentiable in them.
 *
 * A subclass says what it knows; what follows from that is here. What a family has not throws an error that names it.
 */
export abstract class Distribution {
  /** Its parameters by name, in order. */
  abstract readonly params: Readonly<Record<string, Variable>>;
  /** Shape of the batch: of the parameters, broadcast. */
  abstract readonly batchShape: readonly number[];
  /** Shape of one event; `[]` for numbers. */
  readonly eventShape: readonly number[] = [];
  /** Where probability lies, in words: `real`, `positive`, `[0, 1]`, … */
  abstract readonly support: string;

  /** Number of axes of an event. */
  get eventRank(): number {
    return this.eventShape.length;
  }

  /** Logarithm of the density, or of the probability of a discrete distribution. */
  abstract logProb(x: VariableLike): Variable;

  /** `n` draws of each distribution: `[n, ...batchShape, ...eventShape]`. */
  abstract sampleN(n: number): Variable;

  /** Draws of each distribution: `[...shape, ...batchShape, ...eventShape]`; one without a sample axis unless given. */
  sample(shape: SampleShape = []): Variable {
    const axes = typeof shape === 'number' ? [shape] : [...shape];
    if (!axes.every((n) => Number.isInteger(n) && n >= 0))
      throw new RangeError(`[${this.name}.sample] shape must hold non-negative integers, got [${axes}]`);
    const n = axes.reduce((m, d) => m * d, 1);
    return reshape(this.sampleN(n), [...axes, ...this.batchShape, ...this.eventShape]);
  }

  /** The density, or the probability. */
  prob(x: VariableLike): Variable {
    return exp(this.logProb(x));
  }
  /** Distribution function: the probability of at most x. */
  cdf(_x: VariableLike): Variable {
    return this.lacks('cdf');
  }
  /** Its inverse. */
  icdf(_p: VariableLike): Variable {
    return this.lacks('icdf');
  }
  logCdf(x: VariableLike): Variable {
    return log(this.cdf(x));
  }
  /** The probability of more than x. */
  survivalFunction(x: VariableLike): Variable {
    return add(neg(this.cdf(x)), 1);
  }
  logSurvivalFunction(x: VariableLike): Variable {
    return log1p(neg(this.cdf(x)));
  }

  get entropy(): Variable {
    return this.lacks('entropy');
  }
  get mean(): Variable {
    return this.lacks('mean');
  }
  get variance(): Variable {
    return this.lacks('variance');
  }
  get stddev(): Variable {
    return sqrt(this.variance);
  }
  get mode(): Variable {
    return this.lacks('mode');
  }
  /** Covariance of the numbers of an event. */
  get covariance(): Variable {
    return this.lacks('covariance');
  }
  get perplexity(): Variable {
    return exp(this.entropy);
  }

  /** Kullback and Leibler's divergence from another distribution where the family knows it, else null. */
  klFrom(_q: Distribution): Variable | null {
    return null;
  }

  /** The family's name. */
  get name(): string {
    return this.constructor.name;
  }

  /** Throws: the family has no such member. */
  protected lacks(member: string): never {
    throw new Error(`[${this.name}.${member}] ${this.name} has no ${member} in closed form`);
  }
}

/** Parameters as variables of one floating dtype. @throws {TypeError} for one that is missing or no array. */
export function parameter(who: string, name: string, x: VariableLike | null | undefined): Variable {
  if (x === null || x === undefined || (x as { readonly dtype?: unknown }).dtype === undefined)
    throw new TypeError(`[${who}] ${name} must be a Variable or an NdArray, got ${String(x)}`);
  const v = asVariable(x);
  if (v.array.dtype.kind !== 'f')
    throw new TypeError(`[${who}] ${name} must have a floating dtype, got ${v.array.dtype.name}`);
  return v;
}

/** The array of the first parameter: where and in which dtype samples are drawn. */
export function arrayOfFirst(d: Distribution): NdArray {
  return (Object.values(d.params)[0] as Variable).array;
}
