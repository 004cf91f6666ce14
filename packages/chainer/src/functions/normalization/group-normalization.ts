import * as xp from '@chainer/xp/functions';
import { promote } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { expectArray, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { cast } from '../array/cast.ts';
import { reshape } from '../array/reshape.ts';
import { add } from '../math/add.ts';
import { mul } from '../math/arithmetic.ts';
import { batchNormalization } from './batch-normalization.ts';

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
  const [n, c] = given.x.shape as [number, number];
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
  const size = given.x.shape.slice(2).reduce((a, d) => a * d, c / groups);
  const flat = reshape(x, [1, n * groups, size]);
  // Statistics and affine map have the wider dtype, the result has x's.
  const type = promote(given.x.dtype, given.gamma.dtype);
  const make = (value: number) => xp.full([n * groups], value, { dtype: type, device: given.x.device });
  const normal = reshape(
    batchNormalization(flat, make(1), make(0), { eps: options.eps ?? 1e-5 }),
    given.x.shape,
  );
  const wide = [1, c, ...given.x.shape.slice(2).map(() => 1)];
  const as = (v: VariableLike) => (v.dtype === type ? v : cast(v, type));
  const y = add(mul(as(normal), reshape(as(gamma), wide)), reshape(as(beta), wide));
  return type === given.x.dtype ? y : cast(y, given.x.dtype);
}
