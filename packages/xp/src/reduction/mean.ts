import { optionsOf } from '../core/check-options.ts';
import { dtype } from '../core/dtype.ts';
import { chosenType } from '../core/held.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import {
  type Axes,
  accumulatorType,
  arrayOf,
  meanType,
  type TypedReductionOptions,
  typedReductionKeys,
} from './options.ts';

const kernel = /*#__PURE__*/ new ReductionKernel('mean', 1, {
  reduce: (a, b) => a.add(b),
  post: (a, n) => a.div(n),
  identity: 0,
});

/**
 * Arithmetic mean over the given axes: `y = Σ x / n`.
 *
 * Integers and booleans give float64; float16 and bfloat16 are added up in float32. The mean of nothing is NaN.
 *
 * @param x any shape.
 * @throws {AxisError} for an axis outside the array or given twice.
 * @example
 * import { array, mean } from '@chainer/xp';
 * mean(array([[1, 2], [3, 5]]), { axis: 0 }).toArraySync(); // [2, 3.5]
 */
export function mean(
  x: ArrayLike,
  axisOrOptions?: Axes | TypedReductionOptions,
  options?: TypedReductionOptions,
): NdArray {
  const a = arrayOf(x);
  const o = optionsOf('mean', axisOrOptions, options, typedReductionKeys);
  const output = chosenType(a.device, o.dtype ? dtype(o.dtype) : null, meanType(a.dtype));
  return kernel.run([a], o, { accumulator: accumulatorType(output), output });
}
