import { checkOptions } from '../../core/check-options.ts';
import { invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { max } from '../math/minmax.ts';

/**
 * Maximum over groups of neighbouring channels (Goodfellow et al., 2013).
 *
 * @param x array whose `axis` divides by `poolSize`
 * @param poolSize channels per group
 * @throws {InvalidType} if it does not divide.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.maxout(new Variable(xp.array([[1, 5, 2, 0]])), 2).array.toArraySync(); // [[5, 2]]
 */
export function maxout(
  x: VariableLike,
  poolSize: number,
  options: { readonly axis?: number } = {},
): Variable {
  checkOptions('maxout', options, ['axis']);
  if (poolSize <= 0) throw new RangeError(`[maxout] poolSize must be positive, got ${poolSize}`);
  const given = options.axis ?? 1;
  const axis = given < 0 ? given + x.shape.length : given;
  const size = x.shape[axis];
  if (size === undefined || size % poolSize !== 0)
    invalid('maxout', `axis ${given} of size ${size} does not divide into groups of ${poolSize}`, {
      x: asArray(x),
    });
  const shape = [...x.shape.slice(0, axis), size / poolSize, poolSize, ...x.shape.slice(axis + 1)];
  return max(reshape(x, shape), { axis: axis + 1 });
}
