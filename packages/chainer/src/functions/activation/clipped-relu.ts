import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('clippedRelu', (x, z) => x.max(0).min(z), {
  label: 'ClippedReLU',
  derivative: ([x, z], _, gy) => (x && z ? [x.gt(0).and(x.lt(z)).where(gy, 0), null] : []),
});

/**
 * Rectifier with a ceiling.
 *
 * `y = min(max(0, x), z)`
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.clippedRelu(new Variable(xp.array([-1, 5, 30]))).array.toArraySync(); // [0, 5, 20]
 */
export function clippedRelu(x: VariableLike, options: { readonly z?: number } = {}): Variable {
  checkOptions('clippedRelu', options, ['z']);
  return node(x, options.z ?? 20);
}

/**
 * Rectifier with the ceiling 6.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.relu6(new Variable(xp.array([-1, 5, 30]))).array.toArraySync(); // [0, 5, 6]
 */
export function relu6(x: VariableLike): Variable {
  return clippedRelu(x, { z: 6 });
}
