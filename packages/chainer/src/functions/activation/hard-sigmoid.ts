import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('hardSigmoid', (x) => x.mul(0.2).add(0.5).max(0).min(1), {
  label: 'HardSigmoid',
  derivative: ([x], _, gy) => (x ? [x.abs().lt(2.5).where(gy.mul(0.2), 0)] : []),
});

/**
 * Piecewise linear sigmoid.
 *
 * `y = clip(0.2 x + 0.5, 0, 1)`
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.hardSigmoid(new Variable(xp.array([-3, 0, 3]))).array.toArraySync(); // [0, 0.5, 1]
 */
export function hardSigmoid(x: VariableLike): Variable {
  return node(x);
}
