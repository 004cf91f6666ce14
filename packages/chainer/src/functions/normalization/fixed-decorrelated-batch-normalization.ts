import { checkOptions } from '../../core/check-options.ts';
import { expectFloat, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { sub } from '../math/arithmetic.ts';
import { matmul } from '../math/matmul.ts';
import { checkGroups, fromGroups, toGroups } from './decorrelation.ts';

/**
 * Decorrelated batch normalization with given statistics, as in prediction. It is differentiable with respect to them, too.
 *
 * `y = projection (x - mean)` for the channels of each group
 *
 * @param x `[N, C, …]`
 * @param mean `[G, C/G]`
 * @param projection `[G, C/G, C/G]`
 * @param options `groups`: number of groups, 16 unless given.
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([[3, 5]]));
 * const projection = xp.array([[[2, 0], [0, 1]]]);
 * F.fixedDecorrelatedBatchNormalization(x, xp.ones([1, 2]), projection, { groups: 1 }).array.toArraySync(); // [[4, 4]]
 */
export function fixedDecorrelatedBatchNormalization(
  x: VariableLike,
  mean: VariableLike,
  projection: VariableLike,
  options: { readonly groups?: number } = {},
): Variable {
  checkOptions('fixedDecorrelatedBatchNormalization', options, ['groups']);
  const who = 'fixedDecorrelatedBatchNormalization';
  const { groups = 16 } = options;
  const [a, m, p] = [asArray(x), asArray(mean), asArray(projection)];
  const given = { x: a, mean: m, projection: p };
  expectFloat(who, 'x', a);
  expectSameDtype(who, 'x', a, 'mean', m);
  expectSameDtype(who, 'x', a, 'projection', p);
  checkGroups(who, a, groups);
  const size = (a.shape[1] as number) / groups;
  if (m.shape.join() !== `${groups},${size}`)
    invalid(who, `mean must have shape [${groups},${size}], got [${m.shape.join(',')}]`, given);
  if (p.shape.join() !== `${groups},${size},${size}`)
    invalid(who, `projection must have shape [${groups},${size},${size}], got [${p.shape.join(',')}]`, given);
  const centred = sub(toGroups(x, groups), reshape(mean, [groups, size, 1]));
  return fromGroups(matmul(projection, centred), a.shape);
}
