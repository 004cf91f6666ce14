import { elementwise } from '../../core/elementwise.ts';
import { expectArray, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('where', (condition, x, y) => condition.where(x, y), {
  label: 'Where',
  types: 'any',
  names: ['condition', 'x', 'y'],
});

/**
 * Elements of `x` where the condition is true, of `y` elsewhere. Operands broadcast; the condition has no gradient.
 *
 * @param condition boolean array
 * @throws {InvalidType} if the condition is not boolean, or the dtypes of x and y differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const mask = xp.array([true, false]);
 * F.where(mask, new Variable(xp.array([1, 2])), xp.array([3, 4])).array.toArraySync(); // [1, 4]
 */
export function where(condition: VariableLike, x: VariableLike, y: VariableLike): Variable {
  expectArray('where', 'condition', condition);
  const mask = asArray(condition);
  if (mask.dtype.name !== 'bool')
    invalid('where', `condition must be boolean, got ${mask.dtype.name}`, {
      condition: mask,
      x: asArray(x),
      y: asArray(y),
    });
  expectSameDtype('where', 'x', asArray(x), 'y', asArray(y));
  return node(mask, x, y);
}
