import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise(
  'softplus',
  (x, beta) => x.mul(beta).max(0).add(x.mul(beta).abs().neg().exp().log1p()).div(beta),
  {
    label: 'Softplus',
    derivative: ([x, beta], _, gy) => (x && beta ? [x.mul(beta).sigmoid().mul(gy), null] : []),
  },
);

/**
 * Smooth rectifier.
 *
 * `y = log(1 + exp(β x)) / β`
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.softplus(new Variable(xp.array([0]))).itemSync(); // 0.6931
 */
export function softplus(x: VariableLike, options: { readonly beta?: number } = {}): Variable {
  checkOptions('softplus', options, ['beta']);
  return node(x, options.beta ?? 1);
}
