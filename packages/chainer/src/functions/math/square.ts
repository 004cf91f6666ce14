import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('square', (x) => x.square(), { label: 'Square' });

/**
 * Square, elementwise.
 *
 * `y = x²`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.square(new Variable(xp.array([3]))).array.toArraySync(); // [9]
 */
export function square(x: VariableLike): Variable {
  return node(x);
}
