import { elementwise } from '../../core/elementwise.ts';
import { expectSameShape } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('absoluteError', (a, b) => a.sub(b).abs(), { label: 'AbsoluteError' });

/**
 * Absolute difference, elementwise, of arrays of one shape.
 *
 * `y = |x₀ - x₁|`
 *
 * @throws {InvalidType} if shapes or dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.absoluteError(new Variable(xp.array([1, 5])), xp.array([3, 2])).array.toArraySync(); // [2, 3]
 */
export function absoluteError(x0: VariableLike, x1: VariableLike): Variable {
  expectSameShape('absoluteError', 'x0', asArray(x0), 'x1', asArray(x1));
  return node(x0, x1);
}
