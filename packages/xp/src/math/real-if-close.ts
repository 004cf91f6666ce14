import { checkOptions } from '../core/check-options.ts';
import { float64 } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { realType } from '../core/promotion.ts';
import { itemSync, mustKnow } from '../core/read.ts';
import { copyOf } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { arrayOf } from '../reduction/options.ts';
import { apply } from '../scalar/expr.ts';

const allWithin = /*#__PURE__*/ new ReductionKernel('realIfClose', 2, {
  map: (x, limit) => apply('imag', x).abs().lt(apply('real', limit)),
  reduce: (a, b) => a.and(b),
  identity: true,
});

/**
 * The real parts, if all imaginary parts are close to zero; else the array itself. Waits for the device.
 *
 * @param options `tol`: the limit, in units of the dtype's precision (100 unless given) if above 1, else absolute.
 * @example
 * import { array, complex, realIfClose } from '@chainer/xp';
 * realIfClose(array([complex(2, 1e-15)], { dtype: 'complex128' })).toArraySync(); // [2]
 */
export function realIfClose(x: ArrayLike, options: { readonly tol?: number } = {}): NdArray {
  checkOptions('realIfClose', options, ['tol']);
  const a = arrayOf(x);
  if (a.dtype.kind !== 'c') return a;
  const real = realType(a.dtype);
  const tol = options.tol ?? 100;
  const limit = tol > 1 ? tol * (real === float64 ? 2 ** -52 : 2 ** -23) : tol;
  mustKnow(a, 'realIfClose');
  if (itemSync(allWithin.call([a, limit])) !== true) return a;
  const parts = new NdArray(
    a.storage,
    real,
    a.shape,
    a.steps.map((s) => 2 * s),
    2 * a.offset,
  );
  return copyOf(parts);
}
