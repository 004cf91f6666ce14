import { apply } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('arcsin', (x) => apply('asin', x));

/**
 * Inverse sine, elementwise.
 *
 * `y = arcsin(x)`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.arcsin(new Variable(xp.array([0]))).array.toArraySync(); // [0]
 */
export function arcsin(x: VariableLike): Variable {
  return node(x);
}
