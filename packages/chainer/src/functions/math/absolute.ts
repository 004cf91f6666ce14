import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('absolute', (x) => x.abs(), { label: '|_|' });

/**
 * Absolute value, elementwise; the gradient at 0 is 0.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.absolute(new Variable(xp.array([1, -2]))).array.toArraySync(); // [1, 2]
 */
export function absolute(x: VariableLike): Variable {
  return node(x);
}
