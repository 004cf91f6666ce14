import {
  add,
  broadcastShapes,
  type Expr,
  lift,
  minimum,
  type NdArray,
  type Operand,
  withDevice,
} from '@chainer/xp/functions';
import * as random from '@chainer/xp/random';
import { elementwise } from '../core/elementwise.ts';
import type { Variable, VariableLike } from '../core/variable.ts';
import { Distribution, type SampleShape } from './distribution.ts';

/** An expression of values and parameters, or of parameters alone. */
type Formula = (...operands: Expr[]) => Operand;

/** What a family of distributions of numbers knows, as scalar expressions of x and its parameters. */
export interface Formulas {
  readonly logProb: Formula;
  readonly cdf?: Formula;
  readonly icdf?: Formula;
  readonly logCdf?: Formula;
  readonly survivalFunction?: Formula;
  readonly logSurvivalFunction?: Formula;
  readonly entropy?: Formula;
  readonly mean?: Formula;
  readonly variance?: Formula;
  readonly mode?: Formula;
  /** From a number of the noise and the parameters to a draw, differentiable. */
  readonly sample?: Formula;
  /** What `sample` starts from: uniform on (0, 1), or standard normal. */
  readonly noise?: 'uniform' | 'normal';
  /** From the parameters of this distribution and those of another one of the family. */
  readonly kl?: Formula;
}

type Node = (...operands: VariableLike[]) => Variable;
const nodes = new WeakMap<Formula, Node>();

/** The differentiable function of a formula, made when it is first used. */
function nodeOf(name: string, formula: Formula, arity: number): Node {
  let node = nodes.get(formula);
  if (node === undefined) {
    const body = (...operands: Expr[]) => formula(...operands);
    Object.defineProperty(body, 'length', { value: arity });
    node = elementwise(name, body);
    nodes.set(formula, node);
  }
  return node;
}

/** Numbers strictly between 0 and 1. */
export function uniforms(like: NdArray, size: readonly number[]): NdArray {
  return withDevice(like.device, () => {
    const u = random.uniform({ size, dtype: like.dtype });
    // 0 is among them: they move by half of their step, and what rounds to 1 stays below it.
    const bits = like.dtype.name === 'float64' ? 53 : 24;
    return minimum(add(u, 2 ** -(bits + 1)), 1 - 2 ** -bits);
  });
}

export function normals(like: NdArray, size: readonly number[]): NdArray {
  return withDevice(like.device, () => random.normal({ size, dtype: like.dtype }));
}

/** A distribution of numbers that is given by formulas. */
export abstract class ScalarDistribution extends Distribution {
  readonly params: Readonly<Record<string, Variable>>;
  readonly batchShape: readonly number[];
  private readonly formulas: Formulas;
  private readonly operands: readonly Variable[];

  protected constructor(formulas: Formulas, params: Readonly<Record<string, Variable>>) {
    super();
    this.formulas = formulas;
    this.params = params;
    this.operands = Object.values(params);
    this.batchShape = broadcastShapes(...this.operands.map((p) => p.shape));
  }

  /** A formula's value. */
  private value(member: keyof Formulas & string, ...first: VariableLike[]): Variable {
    const formula = this.formulas[member] as Formula | undefined;
    if (formula === undefined) return this.lacks(member);
    const operands = [...first, ...this.operands];
    return nodeOf(`${this.name}.${member}`, formula, operands.length)(...operands);
  }

  private has(member: keyof Formulas): boolean {
    return this.formulas[member] !== undefined;
  }

  logProb(x: VariableLike): Variable {
    return this.value('logProb', x);
  }
  override cdf(x: VariableLike): Variable {
    return this.value('cdf', x);
  }
  override icdf(p: VariableLike): Variable {
    return this.value('icdf', p);
  }
  override logCdf(x: VariableLike): Variable {
    return this.has('logCdf') ? this.value('logCdf', x) : super.logCdf(x);
  }
  override survivalFunction(x: VariableLike): Variable {
    return this.has('survivalFunction') ? this.value('survivalFunction', x) : super.survivalFunction(x);
  }
  override logSurvivalFunction(x: VariableLike): Variable {
    return this.has('logSurvivalFunction')
      ? this.value('logSurvivalFunction', x)
      : super.logSurvivalFunction(x);
  }
  override get entropy(): Variable {
    return this.value('entropy');
  }
  override get mean(): Variable {
    return this.value('mean');
  }
  override get variance(): Variable {
    return this.value('variance');
  }
  override get mode(): Variable {
    return this.value('mode');
  }
  /** The variance: an event is one number. */
  override get covariance(): Variable {
    return this.variance;
  }

  sampleN(n: number): Variable {
    const like = (this.operands[0] as Variable).array;
    const size = [n, ...this.batchShape];
    const noise = this.formulas.noise === 'normal' ? normals(like, size) : uniforms(like, size);
    return this.value('sample', noise);
  }

  override klFrom(q: Distribution): Variable | null {
    if (!(q instanceof ScalarDistribution) || q.constructor !== this.constructor) return null;
    const { kl } = this.formulas;
    if (kl === undefined || kl !== q.formulas.kl) return null;
    const operands = [...this.operands, ...q.operands];
    return nodeOf(`${this.name}.kl`, kl, operands.length)(...operands);
  }
}

/** `f(x)` where a condition holds, −∞ elsewhere; f is computed at a safe place there. */
export function within(inside: Expr, x: Expr, safe: number, f: (x: Expr) => Expr): Expr {
  return inside.where(f(inside.where(x, safe)), Number.NEGATIVE_INFINITY);
}

export const one: Expr = /*#__PURE__*/ lift(1);
export type { SampleShape };
