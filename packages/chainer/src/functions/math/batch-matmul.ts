import { checkOptions } from '../../core/check-options.ts';
import { expectFloat, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { type MatmulOptions, matmul } from './matmul.ts';

/**
 * Matrix product of each pair of samples; samples that are vectors stand as columns. `matmul` does the same for stacks of matrices.
 *
 * @param a `[N, M, K]`, or `[N, K, M]` with `transa`; `[N, M]` stands for `[N, M, 1]`
 * @param b likewise
 * @returns `[N, M, N']`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.batchMatmul(new Variable(xp.ones([2, 3])), xp.ones([2, 3]), { transa: true }).shape; // [2, 1, 1]
 */
export function batchMatmul(a: VariableLike, b: VariableLike, options: MatmulOptions = {}): Variable {
  checkOptions('batchMatmul', options, ['transa', 'transb']);
  const [x, y] = [asArray(a), asArray(b)];
  expectFloat('batchMatmul', 'a', x);
  expectSameDtype('batchMatmul', 'a', x, 'b', y);
  for (const m of [x, y])
    if (m.ndim !== 2 && m.ndim !== 3) invalid('batchMatmul', 'a and b must have 2 or 3 axes', { a: x, b: y });
  if (x.shape[0] !== y.shape[0])
    invalid('batchMatmul', 'a and b must have the same batch size', { a: x, b: y });
  const columns = (m: VariableLike) => (m.shape.length === 2 ? reshape(m, [...m.shape, 1]) : m);
  return matmul(columns(a), columns(b), options);
}
