import { type NdArray, zerosLike } from '@chainer/xp/functions';
import { emptyOn, normalizationOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat } from '../../core/type-check.ts';
import { asVariable, Variable, type VariableLike } from '../../core/variable.ts';
import { cast } from '../array/cast.ts';
import { reshape } from '../array/reshape.ts';
import { add } from '../math/add.ts';
import { mul, sub } from '../math/arithmetic.ts';
import { rsqrt } from '../math/rsqrt.ts';
import { sum } from '../math/sum.ts';
import { type Axes, axesOfNormalization } from './statistics.ts';

/** Options of fixedBatchNormalization. */
export interface FixedBatchNormalizationOptions {
  /** Added to the variance. */
  readonly eps?: number;
  /** Axes that the statistics do not have: 0 and all after gamma's unless given. */
  readonly axis?: number | readonly number[] | null;
}

type Operands = readonly [x: NdArray, gamma: NdArray, beta: NdArray, mean: NdArray, variance: NdArray];

export class FixedBatchNormalization extends FunctionNode {
  readonly label = 'FixedBatchNormalization';
  readonly eps: number;
  private readonly axis: FixedBatchNormalizationOptions['axis'];
  axes: Axes | null = null;

  constructor(options: FixedBatchNormalizationOptions) {
    super();
    this.eps = options.eps ?? 2e-5;
    this.axis = options.axis;
  }

  private axesOf([x, gamma, beta, mean, variance]: Operands): Axes {
    const given = { x, gamma, beta, mean, variance };
    return axesOfNormalization('fixedBatchNormalization', x, gamma, this.axis, given);
  }

  override checkTypes(inputs: Operands): void {
    expectFloat('fixedBatchNormalization', 'x', inputs[0]);
    expectFloat('fixedBatchNormalization', 'gamma', inputs[1]);
    this.axesOf(inputs);
  }

  forward(inputs: Operands): readonly NdArray[] {
    const [x, gamma, beta, mean, variance] = inputs;
    this.axes = this.axesOf(inputs);
    this.retainInputs([0, 1, 3, 4]);
    const y = emptyOn(x.device, x.shape, x.dtype);
    if (x.size > 0)
      normalizationOn(x.device).fixedBatchNormalization(
        x,
        gamma,
        beta,
        mean,
        variance,
        y,
        this.axes.kept,
        this.eps,
      );
    return [y];
  }

  /** `gx = γ gy / σ`, `gγ = Σ gy x̂`, `gβ = Σ gy`, and through x̂: `gmean = -γ gβ / σ`, `gvar = -γ gγ / (2σ²)`. */
  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return targets.map(() => null);
    const [x, gamma, mean, variance] = [0, 1, 3, 4].map((i) => this.getRetainedInput(i)) as [
      Variable,
      Variable,
      Variable,
      Variable,
    ];
    const { reduced, expanded } = this.axes as Axes;
    const invStd = rsqrt(add(variance, this.eps));
    const zero = (like: Variable) => new Variable(zerosLike(like.array), { requiresGrad: false });
    const sumOf = (g: Variable) => sum(g, { axis: reduced });
    const gbeta = () => sumOf(cast(gy, gamma.dtype));
    const ggamma = () => {
      const centred = sub(cast(x, gamma.dtype), reshape(mean, expanded));
      return sumOf(mul(cast(gy, gamma.dtype), mul(centred, reshape(invStd, expanded))));
    };
    const scale = () => mul(gamma, invStd);
    return targets.map((i) => {
      if (i === 0) {
        const options = { eps: this.eps, axis: reduced };
        return fixedBatchNormalization(gy, gamma, zero(gamma), zero(mean), variance, options);
      }
      if (i === 1) return ggamma();
      if (i === 2) return gbeta();
      if (i === 3) return mul(mul(gbeta(), scale()), -1);
      return mul(mul(ggamma(), mul(scale(), invStd)), -0.5);
    });
  }
}

/**
 * Batch normalization with given statistics, as in prediction. It is differentiable with respect to them, too.
 *
 * `y = γ (x - mean) / √(var + ε) + β`
 *
 * @param x `[N, C, …]`
 * @param gamma scale, `[C]` (or the shape of x without the reduced axes); beta, mean and variance alike
 * @throws {InvalidType} if shapes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([[3]]));
 * F.fixedBatchNormalization(x, xp.ones([1]), xp.zeros([1]), xp.ones([1]), xp.array([4]), { eps: 0 }).array.toArraySync(); // [[1]]
 */
export function fixedBatchNormalization(
  x: VariableLike,
  gamma: VariableLike,
  beta: VariableLike,
  mean: VariableLike,
  variance: VariableLike,
  options: FixedBatchNormalizationOptions = {},
): Variable {
  checkOptions('fixedBatchNormalization', options, ['eps', 'axis']);
  const operands = [x, gamma, beta, mean, variance].map(asVariable);
  return new FixedBatchNormalization(options).apply1(operands);
}
