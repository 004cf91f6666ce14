import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('tanh', (x) => x.tanh(), { label: 'Tanh' });

/**
 * Hyperbolic tangent.
 *
 * `y = tanh(x)`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.tanh(new Variable(xp.array([0]))).array.toArraySync(); // [0]
 */
export function tanh(x: VariableLike): Variable {
  return node(x);
}
