import { checkOptions } from '../../core/check-options.ts';
import { describe, expectArray } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { type Axis, axesOf, checkAxis } from '../math/axes.ts';
import { reshape } from './reshape.ts';

/**
 * Removes axes of size 1: all of them, or those given.
 *
 * @throws {RangeError} if a given axis has another size.
 * @throws {InvalidType} if an axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.squeeze(new Variable(xp.ones([1, 3, 1]))).shape; // [3]
 */
export function squeeze(x: VariableLike, options: { readonly axis?: Axis } = {}): Variable {
  checkOptions('squeeze', options, ['axis']);
  expectArray('squeeze', 'x', x);
  const { axis = null } = options;
  checkAxis('squeeze', axis);
  const array = asArray(x);
  const axes =
    axis === null ? array.shape.flatMap((d, i) => (d === 1 ? [i] : [])) : axesOf('squeeze', axis, array);
  for (const a of axes) {
    if (array.shape[a] !== 1)
      throw new RangeError(
        `[squeeze] axis ${a} has size ${array.shape[a]}, only axes of size 1 can go (x: ${describe(array)})`,
      );
  }
  return reshape(
    x,
    array.shape.filter((_, i) => !axes.includes(i)),
  );
}
