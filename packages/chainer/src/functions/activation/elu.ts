import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { mul } from '../math/arithmetic.ts';

const node = /*#__PURE__*/ elementwise('elu', (x, alpha) => x.gt(0).where(x, x.min(0).expm1().mul(alpha)), {
  label: 'ELU',
  derivative: ([x, alpha], _, gy) =>
    x && alpha ? [x.gt(0).where(gy, x.min(0).exp().mul(alpha).mul(gy)), null] : [],
});

/**
 * Exponential linear unit.
 *
 * `y = x` where `x > 0`, else `α (exp(x) - 1)`
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.elu(new Variable(xp.array([0, 2]))).array.toArraySync(); // [0, 2]
 */
export function elu(x: VariableLike, options: { readonly alpha?: number } = {}): Variable {
  checkOptions('elu', options, ['alpha']);
  return node(x, options.alpha ?? 1);
}

/**
 * Scaled exponential linear unit (Klambauer et al., 2017): `scale · elu(x, α)`.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.selu(new Variable(xp.array([0]))).array.toArraySync(); // [0]
 */
export function selu(
  x: VariableLike,
  options: { readonly alpha?: number; readonly scale?: number } = {},
): Variable {
  checkOptions('selu', options, ['alpha', 'scale']);
  return mul(elu(x, { alpha: options.alpha ?? 1.6732632423543772 }), options.scale ?? 1.0507009873554805);
}
