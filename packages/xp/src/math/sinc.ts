import type { NdArray } from '../core/ndarray.ts';
import { castTo } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { arrayOf, meanType } from '../reduction/options.ts';
import { select } from '../scalar/expr.ts';

const kernel = /*#__PURE__*/ new ElementwiseKernel('sinc', 1, (x) => {
  const y = x.mul(Math.PI);
  return select(x.eq(0), 1, y.sin().div(y));
});

/**
 * Normalised cardinal sine: `sin(πx) / (πx)`, 1 at 0. Integers give float64.
 *
 * @example
 * import { array, sinc } from '@chainer/xp';
 * sinc(array([0, 0.5])).toArraySync(); // [1, 0.63662]
 */
export function sinc(x: ArrayLike): NdArray {
  const a = arrayOf(x);
  return kernel.call([castTo(a, meanType(a.dtype))]);
}
