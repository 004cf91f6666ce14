import { elementwise } from '../../core/elementwise.ts';
import { expectArray, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';

const node = /*#__PURE__*/ elementwise('prelu', (x, W) => x.ge(0).where(x, x.mul(W)), {
  label: 'PReLUFunction',
  names: ['x', 'W'],
});

/**
 * Rectifier whose slope for negative values is learnt (He et al., 2015).
 *
 * `y = max(0, x) + W min(0, x)`
 *
 * @param x `[N, …]`
 * @param W slopes, of the shape of x's axes from 1 on, as many as it has (none: one slope for all)
 * @throws {InvalidType} if W's shape does not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.prelu(new Variable(xp.array([[-2, 2]])), xp.array([0.5, 0.5])).array.toArraySync(); // [[-1, 2]]
 */
export function prelu(x: VariableLike, W: VariableLike): Variable {
  expectArray('prelu', 'x', x);
  const shape = W.shape;
  if (shape.some((d, i) => d !== x.shape[i + 1])) {
    invalid(
      'prelu',
      `W must have the shape of x's axes from 1 on, got [${shape.join(',')}] for [${x.shape.join(',')}]`,
      { x: asArray(x), W: asArray(W) },
    );
  }
  return node(
    x,
    reshape(
      W,
      x.shape.map((_, i) => (i >= 1 && i <= shape.length ? (shape[i - 1] as number) : 1)),
    ),
  );
}
