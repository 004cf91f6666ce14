import { apply } from '@chainer/xp/functions';
import { type ElementwiseOperand, elementwise } from '../../core/elementwise.ts';
import type { Variable } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('fmod', (a, b) => apply('fmod', a, b), { label: 'Fmod' });

/**
 * Remainder with the sign of the dividend, elementwise. Operands broadcast.
 *
 * @throws {InvalidType} if dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.fmod(new Variable(xp.array([5, -5])), xp.array([3, 3])).array.toArraySync(); // [2, -2]
 */
export function fmod(a: ElementwiseOperand, b: ElementwiseOperand): Variable {
  return node(a, b);
}
