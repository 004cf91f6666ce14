import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('rsqrt', (x) => x.rsqrt(), { label: 'RsqrtGPU' });

/**
 * Reciprocal square root, elementwise.
 *
 * `y = 1 / √x`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.rsqrt(new Variable(xp.array([4]))).array.toArraySync(); // [0.5]
 */
export function rsqrt(x: VariableLike): Variable {
  return node(x);
}
