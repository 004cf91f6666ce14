import { ElementwiseKernel, type NdArray } from '@chainer/xp/functions';
import { emptyOn, normalizationOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat } from '../../core/type-check.ts';
import { asVariable, Variable, type VariableLike } from '../../core/variable.ts';
import { cast } from '../array/cast.ts';
import { reshape } from '../array/reshape.ts';
import { add } from '../math/add.ts';
import { div, mul, sub } from '../math/arithmetic.ts';
import { average } from '../math/average.ts';
import { rsqrt } from '../math/rsqrt.ts';
import { square } from '../math/square.ts';
import { sum } from '../math/sum.ts';
import { type Axes, axesOfNormalization } from './statistics.ts';

/** Options of batchNormalization. */
export interface BatchNormalizationOptions {
  /** Added to the variance. */
  readonly eps?: number;
  /** Running mean, updated in place: `decay · running + (1 - decay) · batch`. */
  readonly runningMean?: NdArray | null;
  /** Running variance, updated in place (with the unbiased variance of the batch). */
  readonly runningVar?: NdArray | null;
  /** Share of the old running value that stays. */
  readonly decay?: number;
  /** Axes over which statistics are taken: 0 and all after gamma's unless given. */
  readonly axis?: number | readonly number[] | null;
}

const blend = /*#__PURE__*/ new ElementwiseKernel('batchNormalization', 3, (running, batch, decay) =>
  running.mul(decay).add(batch.sub(batch.mul(decay))),
);
const blendVariance = /*#__PURE__*/ new ElementwiseKernel(
  'batchNormalization',
  4,
  (running, batch, decay, adjust) => running.mul(decay).add(batch.sub(batch.mul(decay)).mul(adjust)),
);

export class BatchNormalization extends FunctionNode {
  readonly label = 'BatchNormalization';
  private readonly options: BatchNormalizationOptions;
  readonly eps: number;
  axes: Axes | null = null;
  private mean: NdArray | null = null;
  private invStd: NdArray | null = null;

  constructor(options: BatchNormalizationOptions) {
    super();
    this.options = options;
    this.eps = options.eps ?? 2e-5;
  }

  override checkTypes([x, gamma, beta]: readonly [NdArray, NdArray, NdArray]): void {
    expectFloat('batchNormalization', 'x', x);
    expectFloat('batchNormalization', 'gamma', gamma);
    axesOfNormalization('batchNormalization', x, gamma, this.options.axis, { x, gamma, beta });
  }

  forward([x, gamma, beta]: readonly [NdArray, NdArray, NdArray]): readonly NdArray[] {
    const axes = axesOfNormalization('batchNormalization', x, gamma, this.options.axis, { x, gamma, beta });
    this.axes = axes;
    const make = () => emptyOn(x.device, gamma.shape, gamma.dtype);
    const [mean, variance, invStd] = [make(), make(), make()];
    const y = emptyOn(x.device, x.shape, x.dtype);
    if (x.size > 0)
      normalizationOn(x.device).batchNormalization(
        x,
        gamma,
        beta,
        y,
        mean,
        variance,
        invStd,
        axes.kept,
        this.eps,
      );
    this.mean = mean;
    this.invStd = invStd;
    this.retainInputs([0, 1]);
    const { runningMean, runningVar, decay = 0.9 } = this.options;
    if (runningMean) blend.call([runningMean, mean, decay], { out: [runningMean] });
    if (runningVar)
      blendVariance.call([runningVar, variance, decay, axes.count / Math.max(axes.count - 1, 1)], {
        out: [runningVar],
      });
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
    const gx = emptyOn(x.array.device, x.shape, x.dtype);
    const ggamma = emptyOn(x.array.device, gamma.shape, gamma.dtype);
    const gbeta = emptyOn(x.array.device, gamma.shape, gamma.dtype);
    normalizationOn(x.array.device).batchNormalizationGrad(
      x.array,
      gamma.array,
      this.mean as NdArray,
      this.invStd as NdArray,
      gy.array,
      gx,
      ggamma,
      gbeta,
      (this.axes as Axes).kept,
    );
    return [gx, ggamma, gbeta].map((g) => new Variable(g, { requiresGrad: false }));
  }

  /** `gx = γ/σ (gy - (x̂ Σ gy x̂ + Σ gy) / m)`, from functions that have gradients of their own. */
  private differentiable(x: Variable, gamma: Variable, gy: Variable): Variable[] {
    const { reduced, count, expanded } = this.axes as Axes;
    const options = { axis: reduced, keepdims: true };
    const wide = gamma.dtype === x.dtype ? { x, gy } : { x: cast(x, gamma.dtype), gy: cast(gy, gamma.dtype) };
    const centred = sub(wide.x, average(wide.x, options));
    const invStd = rsqrt(add(average(square(centred), options), this.eps));
    const normal = mul(centred, invStd);
    const gbeta = sum(wide.gy, options);
    const ggamma = sum(mul(wide.gy, normal), options);
    const gx = mul(
      mul(reshape(gamma, expanded), invStd),
      sub(wide.gy, div(add(mul(normal, ggamma), gbeta), count)),
    );
    return [
      gx.dtype === x.dtype ? gx : cast(gx, x.dtype),
      reshape(ggamma, gamma.shape),
      reshape(gbeta, gamma.shape),
    ];
  }

  override release(): void {
    super.release();
    this.mean = null;
    this.invStd = null;
  }
}

/**
 * Batch normalization with the statistics of the batch (Ioffe & Szegedy, 2015).
 *
 * `y = γ (x - μ) / √(σ² + ε) + β`
 *
 * @param x `[N, C, …]`
 * @param gamma scale, `[C]` (or the shape of x without the reduced axes)
 * @param beta shift, of gamma's shape
 * @throws {InvalidType} if shapes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([[1, 10], [3, 30]]));
 * const y = F.batchNormalization(x, xp.ones([2]), xp.zeros([2]));
 * y.array.toArraySync(); // [[-1.000, -1.000], [1.000, 1.000]]
 */
export function batchNormalization(
  x: VariableLike,
  gamma: VariableLike,
  beta: VariableLike,
  options: BatchNormalizationOptions = {},
): Variable {
  checkOptions('batchNormalization', options, ['eps', 'runningMean', 'runningVar', 'decay', 'axis']);
  return new BatchNormalization(options).apply1([asVariable(x), asVariable(gamma), asVariable(beta)]);
}
