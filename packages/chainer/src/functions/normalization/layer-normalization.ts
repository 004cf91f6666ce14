import { promote } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { expectArray, invalid } from '../../core/type-check.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { GroupNormalization } from './group-normalization.ts';

/**
 * Layer normalization: each sample by its own mean and variance (Ba et al., 2016).
 *
 * `y = γ (x - μ) / √(σ² + ε) + β`
 *
 * @param x `[N, D]`
 * @param gamma `[D]`
 * @param beta `[D]`
 * @throws {InvalidType} if shapes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const y = F.layerNormalization(new Variable(xp.array([[1, 3]])), xp.ones([2]), xp.zeros([2]));
 * y.array.toArraySync(); // [[-1.000, 1.000]]
 */
export function layerNormalization(
  x: VariableLike,
  gamma: VariableLike,
  beta: VariableLike,
  options: { readonly eps?: number } = {},
): Variable {
  checkOptions('layerNormalization', options, ['eps']);
  expectArray('layerNormalization', 'x', x);
  const given = { x: asArray(x), gamma: asArray(gamma), beta: asArray(beta) };
  if (given.x.ndim !== 2) invalid('layerNormalization', `x must have 2 axes, got ${given.x.ndim}`, given);
  for (const name of ['gamma', 'beta'] as const) {
    const p = given[name];
    if (p.ndim !== 1 || p.shape[0] !== given.x.shape[1])
      invalid(
        'layerNormalization',
        `${name} must have shape [${given.x.shape[1]}], got [${p.shape.join(',')}]`,
        given,
      );
  }
  const dtype = promote(promote(given.x.dtype, given.gamma.dtype), given.beta.dtype);
  return new GroupNormalization(1, options.eps ?? 1e-5, dtype, 'layerNormalization').apply1([
    asVariable(x),
    asVariable(gamma),
    asVariable(beta),
  ]);
}
