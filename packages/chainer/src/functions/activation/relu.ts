import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('relu', (x) => x.max(0), {
  label: 'ReLU',
  derivative: (_, y, gy) => [y.gt(0).where(gy, 0)],
});

/**
 * Rectified linear unit.
 *
 * `y = max(0, x)`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.relu(new Variable(xp.array([-1, 2]))).array.toArraySync(); // [0, 2]
 */
export function relu(x: VariableLike): Variable {
  return node(x);
}
