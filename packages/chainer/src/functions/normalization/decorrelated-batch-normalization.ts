import { astype, ElementwiseKernel, float64, type NdArray, reshape } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { expectFloat } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { cast } from '../array/cast.ts';
import { sub } from '../math/arithmetic.ts';
import { average } from '../math/average.ts';
import { matmul } from '../math/matmul.ts';
import { checkGroups, covariance, fromGroups, inverseSquareRoot, toGroups } from './decorrelation.ts';

/** Options of decorrelatedBatchNormalization. */
export interface DecorrelatedBatchNormalizationOptions {
  /** Number of groups that are whitened by themselves, 16 unless given. */
  readonly groups?: number;
  /** Added to the diagonal of the covariance, 2e-5 unless given. */
  readonly eps?: number;
  /** Running mean `[G, C/G]`, updated in place. */
  readonly runningMean?: NdArray | null;
  /** Running projection `[G, C/G, C/G]`, updated in place. */
  readonly runningProjection?: NdArray | null;
  /** Share of the old running value that stays, 0.9 unless given. */
  readonly decay?: number;
}

const blend = /*#__PURE__*/ new ElementwiseKernel(
  'decorrelatedBatchNormalization',
  4,
  (running, batch, decay, share) => running.mul(decay).add(batch.mul(share)),
);

/**
 * Decorrelated batch normalization: whitens the channels of each group with the statistics of the batch (Huang et al., 2018).
 *
 * `y = Σ^(-1/2) (x - μ)`, μ and Σ the mean and the covariance (plus ε I) of a group's channels
 *
 * The root of the covariance is found by matrix products in float64 where the device has it; gradients exist to any order.
 *
 * @param x `[N, C, …]`
 * @throws {InvalidType} if x is not floating, has fewer than 2 axes, or channels that do not divide into groups.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([[1, 0], [-1, 0], [0, 2], [0, -2]]));
 * const y = F.decorrelatedBatchNormalization(x, { groups: 1, eps: 0 });
 * y.array.mul(y.array).mean(0).toArraySync(); // [1.000, 1.000]
 */
export function decorrelatedBatchNormalization(
  x: VariableLike,
  options: DecorrelatedBatchNormalizationOptions = {},
): Variable {
  checkOptions('decorrelatedBatchNormalization', options, [
    'groups',
    'eps',
    'runningMean',
    'runningProjection',
    'decay',
  ]);
  const who = 'decorrelatedBatchNormalization';
  const { groups = 16, eps = 2e-5, runningMean = null, runningProjection = null, decay = 0.9 } = options;
  const a = asArray(x);
  expectFloat(who, 'x', a);
  checkGroups(who, a, groups);
  const precise = a.device.supports(float64) ? float64 : a.dtype;
  const grouped = cast(toGroups(x, groups), precise);
  const mean = average(grouped, { axis: 2, keepdims: true });
  const centred = sub(grouped, mean);
  const projection = inverseSquareRoot(covariance(centred, eps));
  const y = matmul(projection, centred);
  const count = grouped.shape[2] as number;
  if (runningMean !== null)
    blend.call([runningMean, astype(reshape(mean.array, runningMean.shape), a.dtype), decay, 1 - decay], {
      out: [runningMean],
    });
  if (runningProjection !== null) {
    const share = (1 - decay) * (count / Math.max(count - 1, 1));
    blend.call([runningProjection, astype(projection.array, a.dtype), decay, share], {
      out: [runningProjection],
    });
  }
  return fromGroups(cast(y, a.dtype), a.shape);
}
