import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('sqrt', (x) => x.sqrt(), { label: 'Sqrt' });

/**
 * Square root, elementwise.
 *
 * `y = √x`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.sqrt(new Variable(xp.array([4]))).array.toArraySync(); // [2]
 */
export function sqrt(x: VariableLike): Variable {
  return node(x);
}
