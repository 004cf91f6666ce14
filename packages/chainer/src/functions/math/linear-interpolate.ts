import { elementwise } from '../../core/elementwise.ts';
import { expectSameShape } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise(
  'linearInterpolate',
  (p, x, y) => p.mul(x).add(p.neg().add(1).mul(y)),
  {
    label: 'LinearInterpolate',
    names: ['p', 'x', 'y'],
  },
);

/**
 * A way between two arrays.
 *
 * `f = p x + (1 - p) y`
 *
 * @param p share of x, of the shape of x and y
 * @throws {InvalidType} if shapes or dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.linearInterpolate(xp.array([0.25]), new Variable(xp.array([4])), xp.array([8])).array.toArraySync(); // [7]
 */
export function linearInterpolate(p: VariableLike, x: VariableLike, y: VariableLike): Variable {
  expectSameShape('linearInterpolate', 'p', asArray(p), 'x', asArray(x));
  expectSameShape('linearInterpolate', 'p', asArray(p), 'y', asArray(y));
  return node(p, x, y);
}
