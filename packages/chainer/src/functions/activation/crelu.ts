import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { concat } from '../array/concat.ts';
import { neg } from '../math/neg.ts';
import { relu } from './relu.ts';

/**
 * Concatenated rectifier: the positive and the negative part side by side; the axis doubles.
 *
 * `y = [max(0, x), max(0, -x)]`
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.crelu(new Variable(xp.array([[-1, 2]]))).array.toArraySync(); // [[0, 2, 1, 0]]
 */
export function crelu(x: VariableLike, options: { readonly axis?: number } = {}): Variable {
  checkOptions('crelu', options, ['axis']);
  return concat([relu(x), relu(neg(x))], { axis: options.axis ?? 1 });
}
