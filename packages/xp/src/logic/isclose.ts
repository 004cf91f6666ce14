import { checkOptions } from '../core/check-options.ts';
import { complex64, complex128, type DType, float32, float64 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { promote, realType } from '../core/promotion.ts';
import { type ArrayLike, asarray } from '../creation/array.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { all } from '../reduction/all.ts';
import type { Expr } from '../scalar/expr.ts';

/** How near values must be: `|a - b| <= atol + rtol |b|`. */
export interface CloseOptions {
  /** Relative to b; 1e-5 unless given. */
  readonly rtol?: number;
  /** 1e-8 unless given. */
  readonly atol?: number;
  /** Whether NaN equals NaN. */
  readonly equalNan?: boolean;
}

/** Values are compared in the dtype `d`. An infinity is near itself only. */
function closeIn(d: DType, equalNan: boolean): ElementwiseKernel {
  const tolerance = realType(d);
  const body = (x: Expr, y: Expr, rtol: Expr, atol: Expr) => {
    const a = x.cast(d);
    const b = y.cast(d);
    const near = a
      .sub(b)
      .abs()
      .le(atol.add(rtol.mul(b.abs())));
    const close = near.and(b.isfinite()).or(a.eq(b));
    return equalNan ? close.or(a.isnan().and(b.isnan())) : close;
  };
  return new ElementwiseKernel('isclose', 4, body, { scalars: [d, d, tolerance, tolerance] });
}

const kernels = new Map<string, ElementwiseKernel>();

function kernelFor(d: DType, equalNan: boolean): ElementwiseKernel {
  const key = `${d.name}:${equalNan}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    kernel = closeIn(d, equalNan);
    kernels.set(key, kernel);
  }
  return kernel;
}

const candidates: readonly DType[] = [float32, float64, complex64, complex128];

/**
 * Whether values are near each other, element by element: `|a - b| <= atol + rtol |b|`. Not symmetric: b is the reference.
 *
 * @example
 * import { array, isclose } from '@chainer/xp';
 * isclose(array([1, 2]), array([1.000001, 3])).toArraySync(); // [true, false]
 */
export function isclose(a: ArrayLike, b: ArrayLike, options: CloseOptions = {}): NdArray {
  checkOptions('isclose', options, ['rtol', 'atol', 'equalNan']);
  const x = asarray(a);
  const y = asarray(b, { device: x.device });
  const joined = promote(promote(x.dtype, y.dtype), float32);
  const d = candidates.find((c) => promote(joined, c) === c) ?? float64;
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  return kernelFor(d, equalNan).call([x, y, rtol, atol]);
}

/**
 * Whether all values are near each other (a 0-d bool array); see `isclose`.
 *
 * @example
 * import { allclose, array } from '@chainer/xp';
 * allclose(array([1, 2]), array([1, 2.000001])).itemSync(); // true
 */
export function allclose(a: ArrayLike, b: ArrayLike, options: CloseOptions = {}): NdArray {
  checkOptions('allclose', options, ['rtol', 'atol', 'equalNan']);
  return all(isclose(a, b, options));
}
