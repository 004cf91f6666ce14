import { apply } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('erf', (x) => apply('erf', x));

/**
 * Error function, elementwise.
 *
 * `y = 2/√π ∫₀ˣ exp(-t²) dt`
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.erf(new Variable(xp.array([0]))).array.toArraySync(); // [0]
 */
export function erf(x: VariableLike): Variable {
  return node(x);
}
