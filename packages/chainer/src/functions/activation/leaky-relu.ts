import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('leakyRelu', (x, slope) => x.ge(0).where(x, x.mul(slope)), {
  label: 'LeakyReLU',
});

/**
 * Rectifier with a slope for negative values.
 *
 * `y = max(x, slope · x)`
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.leakyRelu(new Variable(xp.array([-10, 2])), { slope: 0.5 }).array.toArraySync(); // [-5, 2]
 */
export function leakyRelu(x: VariableLike, options: { readonly slope?: number } = {}): Variable {
  checkOptions('leakyRelu', options, ['slope']);
  return node(x, options.slope ?? 0.2);
}
