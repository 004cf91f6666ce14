import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { fixedBatchNormalization } from './fixed-batch-normalization.ts';

/**
 * Batch renormalization with given statistics, which is `fixedBatchNormalization` by another name.
 *
 * @deprecated use `fixedBatchNormalization`.
 * @throws {InvalidType} if shapes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([[3]]));
 * F.fixedBatchRenormalization(x, xp.ones([1]), xp.zeros([1]), xp.ones([1]), xp.array([4]), { eps: 0 }).array.toArraySync(); // [[1]]
 */
export function fixedBatchRenormalization(
  x: VariableLike,
  gamma: VariableLike,
  beta: VariableLike,
  mean: VariableLike,
  variance: VariableLike,
  options: { readonly eps?: number } = {},
): Variable {
  checkOptions('fixedBatchRenormalization', options, ['eps']);
  return fixedBatchNormalization(x, gamma, beta, mean, variance, options);
}
