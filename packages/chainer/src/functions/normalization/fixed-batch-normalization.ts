import { elementwise } from '../../core/elementwise.ts';
import { expectArray } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { cast } from '../array/cast.ts';
import { reshape } from '../array/reshape.ts';
import { axesOfNormalization } from './statistics.ts';

const node = elementwise(
  'fixedBatchNormalization',
  (x, gamma, beta, mean, variance, eps) =>
    x
      .sub(mean)
      .mul(gamma.mul(variance.add(eps).rsqrt()))
      .add(beta),
  { label: 'FixedBatchNormalization', types: 'any' },
);

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
  options: { readonly eps?: number; readonly axis?: number | readonly number[] | null } = {},
): Variable {
  expectArray('fixedBatchNormalization', 'x', x);
  const array = asArray(x);
  const { expanded } = axesOfNormalization('fixedBatchNormalization', array, asArray(gamma), options.axis, {
    x: array,
    gamma: asArray(gamma),
    beta: asArray(beta),
    mean: asArray(mean),
    variance: asArray(variance),
  });
  const wide = (v: VariableLike) => reshape(v, expanded);
  const y = node(x, wide(gamma), wide(beta), wide(mean), wide(variance), options.eps ?? 2e-5);
  return y.dtype === array.dtype ? y : cast(y, array.dtype);
}
