import { elementwise } from '../../core/elementwise.ts';
import { expectSameShape } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('squaredError', (a, b) => a.sub(b).square(), {
  label: 'SquaredError',
});

/**
 * Squared difference, elementwise, of arrays of one shape.
 *
 * `y = (x₀ - x₁)²`
 *
 * @throws {InvalidType} if shapes or dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.squaredError(new Variable(xp.array([1, 5])), xp.array([3, 2])).array.toArraySync(); // [4, 9]
 */
export function squaredError(x0: VariableLike, x1: VariableLike): Variable {
  expectSameShape('squaredError', 'x0', asArray(x0), 'x1', asArray(x1));
  return node(x0, x1);
}

/**
 * Squared difference, elementwise, of arrays of one shape: another name of `squaredError`.
 *
 * `y = (x₁ - x₂)²`
 *
 * @throws {InvalidType} if shapes or dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.squaredDifference(new Variable(xp.array([1, 5])), xp.array([3, 2])).array.toArraySync(); // [4, 9]
 */
export function squaredDifference(x1: VariableLike, x2: VariableLike): Variable {
  expectSameShape('squaredDifference', 'x1', asArray(x1), 'x2', asArray(x2));
  return node(x1, x2);
}
