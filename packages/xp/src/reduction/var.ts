import { optionsOf } from '../core/check-options.ts';
import { type DType, dtype, float32, float64 } from '../core/dtype.ts';
import { chosenType } from '../core/held.ts';
import type { NdArray } from '../core/ndarray.ts';
import { promote, realType } from '../core/promotion.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { apply, type Expr } from '../scalar/expr.ts';
import { mean } from './mean.ts';
import {
  type Axes,
  accumulatorType,
  arrayOf,
  meanType,
  type TypedReductionOptions,
  typedReductionKeys,
} from './options.ts';

/** Options of `var` and `std`. */
export interface VarianceOptions extends TypedReductionOptions {
  /** The divisor is `n - ddof`. */
  readonly ddof?: number;
}

/** |d|², real for complex values too. */
export function squaredMagnitude(d: Expr): Expr {
  return apply('real', d.mul(apply('conj', d)));
}

const kernels = new Map<string, ReductionKernel>();

/** Mean squared deviation from operand 1, or its root; one kernel for each ddof. */
function kernelOf(name: 'var' | 'std', ddof: number): ReductionKernel {
  const key = `${name}${ddof}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    const variance = (a: Expr, n: Expr) => a.div(n.sub(ddof).max(0));
    kernel = new ReductionKernel(name, 2, {
      map: (x, m) => squaredMagnitude(x.sub(m)),
      reduce: (a, b) => a.add(b),
      post: name === 'var' ? variance : (a, n) => variance(a, n).sqrt(),
      identity: 0,
    });
    kernels.set(key, kernel);
  }
  return kernel;
}

function deviation(name: 'var' | 'std', x: ArrayLike, o: VarianceOptions): NdArray {
  const a = arrayOf(x);
  const chosen = chosenType(a.device, o.dtype ? dtype(o.dtype) : null, meanType(a.dtype));
  // The mean stays in the wider type until the deviations are squared.
  const work: DType = accumulatorType(chosen);
  const center = mean(a, { axis: o.axis ?? null, keepdims: true, dtype: work });
  const accumulator = realType(promote(work, work.kind === 'c' || work === float64 ? work : float32));
  return kernelOf(name, o.ddof ?? 0).run([a, center], o, { accumulator, output: realType(chosen) });
}

/**
 * Variance over the given axes: `y = Σ |x - mean|² / (n - ddof)`, in two passes.
 *
 * Integers and booleans give float64, complex arrays a real result. (A reserved word in JavaScript: import it as
 * `import { var as variance } from '@chainer/xp'` or call `xp.var(x)`.)
 *
 * @param x any shape.
 * @throws {AxisError} for an axis outside the array or given twice.
 * @example
 * import * as xp from '@chainer/xp';
 * xp.var(xp.array([1, 2, 3, 4])).itemSync(); // 1.25
 * xp.var(xp.array([[1, 3], [2, 6]]), { axis: 1, ddof: 1 }).toArraySync(); // [2, 8]
 */
export function var_(
  x: ArrayLike,
  axisOrOptions?: Axes | VarianceOptions,
  options?: VarianceOptions,
): NdArray {
  return deviation('var', x, optionsOf('var', axisOrOptions, options, [...typedReductionKeys, 'ddof']));
}
export { var_ as var };

/**
 * Standard deviation over the given axes: the square root of `var`.
 *
 * @param x any shape.
 * @throws {AxisError} for an axis outside the array or given twice.
 * @example
 * import { array, std } from '@chainer/xp';
 * std(array([[1, 3], [2, 6]]), 1).toArraySync(); // [1, 2]
 */
export function std(
  x: ArrayLike,
  axisOrOptions?: Axes | VarianceOptions,
  options?: VarianceOptions,
): NdArray {
  return deviation('std', x, optionsOf('std', axisOrOptions, options, [...typedReductionKeys, 'ddof']));
}
