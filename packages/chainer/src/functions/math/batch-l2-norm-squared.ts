import { expectFloat, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { square } from './square.ts';
import { sum } from './sum.ts';

/**
 * Squared Euclidean norm of each sample.
 *
 * `yᵢ = ‖xᵢ‖²`
 *
 * @param x `[N, …]`
 * @returns `[N]`
 * @throws {InvalidType} if x is not floating or has fewer than 2 axes.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.batchL2NormSquared(new Variable(xp.array([[3, 4], [1, 0]]))).array.toArraySync(); // [25, 1]
 */
export function batchL2NormSquared(x: VariableLike): Variable {
  const array = asArray(x);
  expectFloat('batchL2NormSquared', 'x', array);
  if (array.ndim < 2)
    invalid('batchL2NormSquared', `x must have at least 2 axes, got ${array.ndim}`, { x: array });
  return sum(square(x), { axis: array.shape.map((_, i) => i).slice(1) });
}
