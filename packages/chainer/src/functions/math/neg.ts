import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('neg', (x) => x.neg(), { label: '-_' });

/**
 * The negative, elementwise.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.neg(new Variable(xp.array([1, -2]))).array.toArraySync(); // [-1, 2]
 */
export function neg(x: VariableLike): Variable {
  return node(x);
}
