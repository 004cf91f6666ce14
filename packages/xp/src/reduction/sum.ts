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
  sumType,
  type TypedReductionOptions,
  typedReductionKeys,
} from './options.ts';

const kernel = /*#__PURE__*/ new ReductionKernel('sum', 1, { reduce: (a, b) => a.add(b), identity: 0 });

/**
 * Sum of the elements over the given axes: `y = Σ x`.
 *
 * Integers and booleans are summed in 64 bits, float16 and bfloat16 in float32. The sum of nothing is 0.
 *
 * @param x any shape.
 * @param axisOrOptions axes to sum over (all unless given), or options.
 * @returns the remaining axes; with `keepdims` the reduced ones stay with extent 1.
 * @throws {AxisError} for an axis outside the array or given twice.
 * @example
 * import { array, sum } from '@chainer/xp';
 * const x = array([[1, 2], [3, 4]]);
 * sum(x).itemSync(); // 10
 * sum(x, 0).toArraySync(); // [4, 6]
 * sum(x, { axis: 1, keepdims: true }).toArraySync(); // [[3], [7]]
 */
export function sum(
  x: ArrayLike,
  axisOrOptions?: Axes | TypedReductionOptions,
  options?: TypedReductionOptions,
): NdArray {
  return sumOf(arrayOf(x), optionsOf('sum', axisOrOptions, options, typedReductionKeys));
}

/** The sum of what is an array already. */
export function sumOf(x: NdArray, options: TypedReductionOptions): NdArray {
  const output = chosenType(x.device, options.dtype ? dtype(options.dtype) : null, sumType(x.dtype));
  return kernel.run([x], options, { accumulator: accumulatorType(output), output });
}
