import { apply } from '@chainer/xp/functions';
import { type ElementwiseOperand, elementwise } from '../../core/elementwise.ts';
import type { Variable } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('minimum', (a, b) => apply('minimum', a, b), { label: 'Minimum' });

/**
 * Smaller of two arrays, elementwise; where they are equal the first takes the gradient. Operands broadcast.
 *
 * @throws {InvalidType} if dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.minimum(new Variable(xp.array([1, 5])), xp.array([3, 2])).array.toArraySync(); // [1, 2]
 */
export function minimum(a: ElementwiseOperand, b: ElementwiseOperand): Variable {
  return node(a, b);
}
