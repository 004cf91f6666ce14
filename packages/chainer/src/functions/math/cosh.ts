import { apply } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('cosh', (x) => apply('cosh', x));

/**
 * Hyperbolic cosine, elementwise.
 *
 * `y = cosh(x)`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.cosh(new Variable(xp.array([0]))).array.toArraySync(); // [1]
 */
export function cosh(x: VariableLike): Variable {
  return node(x);
}
