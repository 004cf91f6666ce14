import { apply } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';

const node = /*#__PURE__*/ elementwise('sign', (x) => apply('sign', x));

/**
 * Sign, elementwise: -1, 0 or 1. The result has no gradient: it is cut from the graph.
 *
 * @param x floating array of any shape
 * @throws {InvalidType} if x is not floating.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.sign(new Variable(xp.array([-3]))).array.toArraySync(); // [-1]
 */
export function sign(x: VariableLike): Variable {
  return node(asArray(x));
}
