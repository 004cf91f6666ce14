import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('sigmoid', (x) => x.sigmoid(), { label: 'Sigmoid' });

/**
 * Logistic sigmoid.
 *
 * `y = 1 / (1 + exp(-x))`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.sigmoid(new Variable(xp.array([0]))).array.toArraySync(); // [0.5]
 */
export function sigmoid(x: VariableLike): Variable {
  return node(x);
}
