import { apply } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('arctan', (x) => apply('atan', x));

/**
 * Inverse tangent, elementwise.
 *
 * `y = arctan(x)`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.arctan(new Variable(xp.array([0]))).array.toArraySync(); // [0]
 */
export function arctan(x: VariableLike): Variable {
  return node(x);
}
