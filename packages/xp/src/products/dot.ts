import { isScalar } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { arrayOf } from '../reduction/options.ts';
import type { ProductOptions } from './matmul.ts';
import { contract } from './tensordot.ts';

const multiply = /*#__PURE__*/ new ElementwiseKernel('dot', 2, (a, b) => a.mul(b));

/**
 * Dot product: of vectors their scalar product, of matrices the matrix product, with a 0-dimensional operand (or a scalar)
 * plain multiplication; otherwise the sum over the last axis of a and the second last of b.
 *
 * @throws {ValueError} where those axes differ.
 * @example
 * import { array, dot } from '@chainer/xp';
 * dot(array([1, 2]), array([3, 4])).itemSync(); // 11
 * dot(array([[1, 2], [3, 4]]), array([1, 1])).toArraySync(); // [3, 7]
 */
export function dot(a: ArrayLike, b: ArrayLike, options: ProductOptions = {}): NdArray {
  checkOptions('dot', options, ['out']);
  const out = options.out ?? null;
  if (isScalar(a) || isScalar(b))
    return multiply.call(
      [isScalar(a) ? a : arrayOf(a), isScalar(b) ? b : arrayOf(b)],
      out ? { out: [out] } : {},
    );
  const x = arrayOf(a);
  const y = arrayOf(b);
  if (x.ndim === 0 || y.ndim === 0) return multiply.call([x, y], out ? { out: [out] } : {});
  return contract(x, y, [x.ndim - 1], [Math.max(0, y.ndim - 2)], 'dot', out);
}
