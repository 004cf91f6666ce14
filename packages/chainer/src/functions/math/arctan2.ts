import { apply } from '@chainer/xp/functions';
import { type ElementwiseOperand, elementwise } from '../../core/elementwise.ts';
import type { Variable } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('arctan2', (a, b) => apply('atan2', a, b), { label: 'arctan2' });

/**
 * Angle of the point (b, a), elementwise. Operands broadcast.
 *
 * @throws {InvalidType} if dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.arctan2(new Variable(xp.array([0, 0])), xp.array([1, 2])).array.toArraySync(); // [0, 0]
 */
export function arctan2(a: ElementwiseOperand, b: ElementwiseOperand): Variable {
  return node(a, b);
}
