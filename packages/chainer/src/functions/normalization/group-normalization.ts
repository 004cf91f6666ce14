import type { NdArray } from '@chainer/xp/functions';
import { type DType, emptyOn, float32, groupNormalizationOn, promote } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectArray, expectFloat, invalid } from '../../core/type-check.ts';
import { asArray, asVariable, Variable, type VariableLike } from '../../core/variable.ts';
import { cast } from '../array/cast.ts';
import { reshape } from '../array/reshape.ts';
import { add } from '../math/add.ts';
import { mul, sub } from '../math/arithmetic.ts';
import { average } from '../math/average.ts';
import { rsqrt } from '../math/rsqrt.ts';
import { square } from '../math/square.ts';
import { sum } from '../math/sum.ts';

/** Normalization of groups of channels of x `[N, C, …]`, of which a whole layer is the case of one group. */
export class GroupNormalization extends FunctionNode {
  readonly label = 'GroupNormalization';
  readonly groups: number;
  readonly eps: number;
  private readonly dtype: DType;
  private readonly who: string;
  private mean: NdArray | null = null;
  private invStd: NdArray | null = null;

  /** @param dtype that of the result. */
  constructor(groups: number, eps: number, dtype: DType, who: string) {
    super();
    this.groups = groups;
    this.eps = eps;
    this.dtype = dtype;
    this.who = who;
  }

  override checkTypes([x, gamma, beta]: readonly [NdArray, NdArray, NdArray]): void {
    for (const [name, a] of Object.entries({ x, gamma, beta })) expectFloat(this.who, name, a);
  }

  forward([x, gamma, beta]: readonly [NdArray, NdArray, NdArray]): readonly NdArray[] {
    const type = promote(promote(x.dtype, gamma.dtype), float32);
    const statistics = () => emptyOn(x.device, [x.shape[0] as number, this.groups], type);
    const y = emptyOn(x.device, x.shape, this.dtype);
    this.mean = statistics();
    this.invStd = statistics();
    groupNormalizationOn(x.device).groupNormalization(x, gamma, beta, y, this.mean, this.invStd, this.eps);
    this.retainInputs([0, 1]);
    return [y];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null, null, null];
    const x = this.getRetainedInput(0);
    const gamma = this.getRetainedInput(1);
    if (config.enableBackprop) return this.differentiable(x, gamma, gy);
    const { device } = x.array;
    const gx = emptyOn(device, x.shape, x.dtype);
    const [ggamma, gbeta] = [0, 1].map(() => emptyOn(device, gamma.shape, gamma.dtype)) as [NdArray, NdArray];
    groupNormalizationOn(device).groupNormalizationGrad(
      x.array,
      gamma.array,
      this.mean as NdArray,
      this.invStd as NdArray,
      gy.array,
      gx,
      ggamma,
      gbeta,
    );
    return [gx, ggamma, gbeta].map((g) => new Variable(g, { requiresGrad: false }));
  }

  /** `gx = (γ gy - x̂ mean(γ gy x̂) - mean(γ gy)) / σ`, from functions that have gradients of their own. */
  private differentiable(x: Variable, gamma: Variable, gy: Variable): Variable[] {
    const type = promote(promote(x.dtype, gamma.dtype), gy.dtype);
    const as = (v: Variable) => (v.dtype === type ? v : cast(v, type));
    const [n, c] = x.shape as [number, number];
    const rows = [n, this.groups, x.size / (n * this.groups)];
    const means = { axis: 2, keepdims: true };
    const centred = ((v: Variable) => sub(v, average(v, means)))(reshape(as(x), rows));
    const invStd = rsqrt(add(average(square(centred), means), this.eps));
    const unit = mul(centred, invStd);
    const wide = x.shape.map((d, i) => (i === 1 ? d : 1));
    const scaled = reshape(mul(as(gy), reshape(as(gamma), wide)), rows);
    const gx = mul(
      sub(sub(scaled, average(scaled, means)), mul(unit, average(mul(scaled, unit), means))),
      invStd,
    );
    const others = { axis: x.shape.map((_, i) => i).filter((i) => i !== 1) };
    const ggamma = sum(mul(as(gy), reshape(unit, x.shape)), others);
    const back = (v: Variable, to: DType) => (v.dtype === to ? v : cast(v, to));
    return [
      back(reshape(gx, x.shape), x.dtype),
      back(reshape(ggamma, [c]), gamma.dtype),
      back(sum(as(gy), others), gamma.dtype),
    ];
  }

  override release(): void {
    super.release();
    this.mean = null;
    this.invStd = null;
  }
}

/**
 * Group normalization: statistics over groups of channels of each sample (Wu & He, 2018).
 *
 * @param x `[N, C, …]`
 * @param groups number of groups; divides C
 * @param gamma `[C]`
 * @param beta `[C]`
 * @throws {Error} if the groups do not divide the channels.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.groupNormalization(new Variable(xp.ones([2, 4, 3])), 2, xp.ones([4]), xp.zeros([4])).shape; // [2, 4, 3]
 */
export function groupNormalization(
  x: VariableLike,
  groups: number,
  gamma: VariableLike,
  beta: VariableLike,
  options: { readonly eps?: number } = {},
): Variable {
  checkOptions('groupNormalization', options, ['eps']);
  expectArray('groupNormalization', 'x', x);
  const given = { x: asArray(x), gamma: asArray(gamma), beta: asArray(beta) };
  if (given.x.ndim <= 1)
    invalid('groupNormalization', `x must have at least 2 axes, got ${given.x.ndim}`, given);
  const c = given.x.shape[1] as number;
  if (!Number.isInteger(groups) || groups < 1)
    throw new TypeError(`[groupNormalization] groups must be a positive integer, got ${groups}`);
  if (c % groups !== 0)
    throw new Error(`[groupNormalization] ${c} channels do not divide into ${groups} groups`);
  for (const name of ['gamma', 'beta'] as const) {
    if (given[name].ndim !== 1 || given[name].shape[0] !== c)
      invalid(
        'groupNormalization',
        `${name} must have shape [${c}], got [${given[name].shape.join(',')}]`,
        given,
      );
  }
  return new GroupNormalization(groups, options.eps ?? 1e-5, given.x.dtype, 'groupNormalization').apply1([
    asVariable(x),
    asVariable(gamma),
    asVariable(beta),
  ]);
}
