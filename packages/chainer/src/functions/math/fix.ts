import { apply } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('fix', (x) => apply('trunc', x));

/**
 * Integer next towards zero, elementwise. The result has no gradient: it is cut from the graph.
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.fix(new Variable(xp.array([-1.5]))).array.toArraySync(); // [-1]
 */
export function fix(x: VariableLike): Variable {
  return node(asArray(x));
}
