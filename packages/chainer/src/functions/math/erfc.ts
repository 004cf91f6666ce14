import { apply } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('erfc', (x) => apply('erfc', x));

/**
 * Complementary error function, elementwise.
 *
 * `y = 1 - erf(x)`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.erfc(new Variable(xp.array([0]))).array.toArraySync(); // [1]
 */
export function erfc(x: VariableLike): Variable {
  return node(x);
}
