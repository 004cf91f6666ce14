import { checkOptions } from '../../core/check-options.ts';
import { expectArray, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { add } from './add.ts';

/** `y` reshaped so that its axes stand at x's axes from `axis` on. */
export function alignedTo(who: string, x: VariableLike, y: VariableLike, axis: number): Variable {
  const from = axis < 0 ? axis + x.shape.length : axis;
  if (from < 0 || y.shape.some((d, i) => d !== x.shape[from + i])) {
    invalid(
      who,
      `y must have the shape of x's axes from ${axis} on, got [${y.shape.join(',')}] for [${x.shape.join(',')}]`,
      { x: asArray(x), y: asArray(y) },
    );
  }
  return reshape(
    y,
    x.shape.map((d, i) => (i >= from && i < from + y.shape.length ? d : 1)),
  );
}

/**
 * Sum with an array that stands at some of x's axes.
 *
 * `y = x + y[None, …, None]`
 *
 * @param y array of the shape of x's axes from `axis` on
 * @param options `axis`: first axis of x that y stands at, 1 unless given.
 * @throws {InvalidType} if y's shape does not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.bias(new Variable(xp.zeros([1, 2, 2])), xp.array([1, 2])).array.toArraySync(); // [[[1, 1], [2, 2]]]
 */
export function bias(x: VariableLike, y: VariableLike, options: { readonly axis?: number } = {}): Variable {
  checkOptions('bias', options, ['axis']);
  expectArray('bias', 'x', x);
  return add(x, alignedTo('bias', x, y, options.axis ?? 1));
}
