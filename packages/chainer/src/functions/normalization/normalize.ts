import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { add } from '../math/add.ts';
import { div } from '../math/arithmetic.ts';
import { square } from '../math/square.ts';
import { sum } from '../math/sum.ts';

/** Square root whose gradient is 0 at 0, where a norm has none. */
const root = /*#__PURE__*/ elementwise('normalize', (square) => {
  const nothing = square.eq(0);
  return nothing.where(0, nothing.where(1, square).sqrt());
});

/**
 * Divides by the Euclidean norm along axes.
 *
 * `y = x / (‖x‖₂ + ε)`, with the gradient `gy / ε` where all of x is 0.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const y = F.normalize(new Variable(xp.array([[3, 4]])), { eps: 0 });
 * y.array.toArraySync(); // [[0.600, 0.800]]
 */
export function normalize(
  x: VariableLike,
  options: { readonly eps?: number; readonly axis?: number | readonly number[] } = {},
): Variable {
  checkOptions('normalize', options, ['eps', 'axis']);
  const norm = root(sum(square(x), { axis: options.axis ?? 1, keepdims: true }));
  return div(x, add(norm, options.eps ?? 1e-5));
}
