import { checkOptions } from '../../core/check-options.ts';
import { expectArray } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { mul } from './arithmetic.ts';
import { alignedTo } from './bias.ts';

/**
 * Product with an array that stands at some of x's axes.
 *
 * `y = x · y[None, …, None]`
 *
 * @param y array of the shape of x's axes from `axis` on
 * @param options `axis`: first axis of x that y stands at, 1 unless given.
 * @throws {InvalidType} if y's shape does not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.scale(new Variable(xp.ones([1, 2, 2])), xp.array([1, 2])).array.toArraySync(); // [[[1, 1], [2, 2]]]
 */
export function scale(x: VariableLike, y: VariableLike, options: { readonly axis?: number } = {}): Variable {
  checkOptions('scale', options, ['axis']);
  expectArray('scale', 'x', x);
  return mul(x, alignedTo('scale', x, y, options.axis ?? 1));
}
