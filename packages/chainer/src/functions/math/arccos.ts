import { apply } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('arccos', (x) => apply('acos', x));

/**
 * Inverse cosine, elementwise.
 *
 * `y = arccos(x)`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.arccos(new Variable(xp.array([1]))).array.toArraySync(); // [0]
 */
export function arccos(x: VariableLike): Variable {
  return node(x);
}
