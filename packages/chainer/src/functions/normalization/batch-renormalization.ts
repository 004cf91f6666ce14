import * as xp from '@chainer/xp/functions';
import { astype, ElementwiseKernel, type NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { cast } from '../array/cast.ts';
import { reshape } from '../array/reshape.ts';
import { batchNormalization } from './batch-normalization.ts';
import { axesOfNormalization } from './statistics.ts';

/** Options of batchRenormalization. */
export interface BatchRenormalizationOptions {
  /** Added to variances. */
  readonly eps?: number;
  /** Running mean; required. */
  readonly runningMean?: NdArray | null;
  /** Running variance; required. */
  readonly runningVar?: NdArray | null;
  /** Share of the old running value that stays. */
  readonly decay?: number;
  /** Whether the running statistics are updated, in place: false unless given. */
  readonly updateStatistics?: boolean;
}

/** By how much the statistics of the batch differ from the running ones, within bounds. */
const correction = /*#__PURE__*/ new ElementwiseKernel(
  'batchRenormalization',
  7,
  (mean, variance, runningMean, runningVar, eps, rmax, dmax) => {
    const sigma = runningVar.add(eps).sqrt();
    return [
      variance.add(eps).sqrt().div(sigma).clip(rmax.reciprocal(), rmax),
      mean.sub(runningMean).div(sigma).clip(dmax.neg(), dmax),
    ];
  },
);
const blend = /*#__PURE__*/ new ElementwiseKernel(
  'batchRenormalization',
  4,
  (running, batch, decay, adjust) => running.mul(decay).add(batch.sub(batch.mul(decay)).mul(adjust)),
);
const affine = /*#__PURE__*/ elementwise('batchRenormalization', (x, gamma, beta) => x.mul(gamma).add(beta), {
  types: 'any',
  label: 'BatchRenormalization',
});

/**
 * Batch renormalization: batch normalization whose result is drawn towards what the running statistics would give, so that training and
 * prediction agree also for small batches (Ioffe, 2017).
 *
 * `y = γ ((x - μ)/σ · r + d) + β` with `r = clip(σ/σ_running, 1/rmax, rmax)` and `d = clip((μ - μ_running)/σ_running, -dmax, dmax)`,
 * which count as constants in the gradient
 *
 * @param x `[N, C, …]`
 * @param gamma scale `[C]`
 * @param beta shift `[C]`
 * @param rmax greatest correction of the scale
 * @param dmax greatest correction of the shift
 * @throws {TypeError} if the running statistics are not given.
 * @throws {InvalidType} if shapes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([[1], [3]]));
 * const running = { runningMean: xp.zeros([1]), runningVar: xp.ones([1]) };
 * const y = F.batchRenormalization(x, xp.ones([1]), xp.zeros([1]), 3, 5, { ...running, eps: 0 });
 * y.array.toArraySync(); // [[1], [3]]
 */
export function batchRenormalization(
  x: VariableLike,
  gamma: VariableLike,
  beta: VariableLike,
  rmax: number,
  dmax: number,
  options: BatchRenormalizationOptions = {},
): Variable {
  checkOptions('batchRenormalization', options, [
    'eps',
    'runningMean',
    'runningVar',
    'decay',
    'updateStatistics',
  ]);
  const who = 'batchRenormalization';
  const { eps = 2e-5, runningMean, runningVar, decay = 0.9, updateStatistics = false } = options;
  if (!runningMean || !runningVar)
    throw new TypeError(`[${who}] ${runningMean ? 'runningVar' : 'runningMean'} is required, got null`);
  const [a, scale, offset] = [asArray(x), asArray(gamma), asArray(beta)];
  const given = { x: a, gamma: scale, beta: offset, runningMean, runningVar };
  expectFloat(who, 'x', a);
  expectFloat(who, 'gamma', scale);
  const { reduced, expanded, count } = axesOfNormalization(who, a, scale, null, given);
  const wide = a.dtype === scale.dtype ? a : astype(a, scale.dtype);
  const mean = xp.mean(wide, { axis: reduced });
  const variance = xp.var_(wide, { axis: reduced });
  const [r, d] = correction.callAll([mean, variance, runningMean, runningVar, eps, rmax, dmax]) as [
    NdArray,
    NdArray,
  ];
  const normal = batchNormalization(x, r, d, { eps });
  const y = affine(normal, reshape(gamma, expanded), reshape(beta, expanded));
  if (updateStatistics) {
    blend.call([runningMean, mean, decay, 1], { out: [runningMean] });
    blend.call([runningVar, variance, decay, count / Math.max(count - 1, 1)], { out: [runningVar] });
  }
  return y.dtype === a.dtype ? y : cast(y, a.dtype);
}
