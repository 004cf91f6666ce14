import { elementwise } from '../../core/elementwise.ts';
import { expectArray, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';

const node = /*#__PURE__*/ elementwise('swish', (x, beta) => x.mul(x.mul(beta).sigmoid()), {
  label: 'Swish',
  names: ['x', 'beta'],
});

/**
 * Swish: a rectifier with a learnt gate.
 *
 * `y = x · sigmoid(β x)`
 *
 * @param x `[N, …]`
 * @param beta array of the shape of x's axes from 1 on, as many as it has
 * @throws {InvalidType} if beta's shape does not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.swish(new Variable(xp.zeros([2, 3])), xp.ones([3])).array.toArraySync(); // [[0, 0, 0], [0, 0, 0]]
 */
export function swish(x: VariableLike, beta: VariableLike): Variable {
  expectArray('swish', 'x', x);
  const shape = beta.shape;
  if (shape.some((d, i) => d !== x.shape[i + 1])) {
    invalid(
      'swish',
      `beta must have the shape of x's axes from 1 on, got [${shape.join(',')}] for [${x.shape.join(',')}]`,
      { x: asArray(x), beta: asArray(beta) },
    );
  }
  return node(x, reshape(beta, [1, ...shape, ...x.shape.slice(shape.length + 1).map(() => 1)]));
}
