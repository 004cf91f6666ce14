import { expectArray } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { reshape } from './reshape.ts';

/**
 * All elements in one axis, in C order.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.flatten(new Variable(xp.array([[1, 2], [3, 4]]))).array.toArraySync(); // [1, 2, 3, 4]
 */
export function flatten(x: VariableLike): Variable {
  expectArray('flatten', 'x', x);
  return reshape(x, [x.shape.reduce((n, d) => n * d, 1)]);
}
