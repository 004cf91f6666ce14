import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('cos', (x) => x.cos());

/**
 * Cosine, elementwise.
 *
 * `y = cos(x)`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.cos(new Variable(xp.array([0]))).array.toArraySync(); // [1]
 */
export function cos(x: VariableLike): Variable {
  return node(x);
}
