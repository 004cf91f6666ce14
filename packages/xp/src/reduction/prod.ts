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

const kernel = /*#__PURE__*/ new ReductionKernel('prod', 1, { reduce: (a, b) => a.mul(b), identity: 1 });

/**
 * Product of the elements over the given axes: `y = Π x`. Types widen as in `sum`; the product of nothing is 1.
 *
 * @param x any shape.
 * @throws {AxisError} for an axis outside the array or given twice.
 * @example
 * import { array, prod } from '@chainer/xp';
 * prod(array([[1, 2], [3, 4]]), 1).toArraySync(); // [2, 12]
 */
export function prod(
  x: ArrayLike,
  axisOrOptions?: Axes | TypedReductionOptions,
  options?: TypedReductionOptions,
): NdArray {
  const a = arrayOf(x);
  const o = optionsOf('prod', axisOrOptions, options, typedReductionKeys);
  const output = chosenType(a.device, o.dtype ? dtype(o.dtype) : null, sumType(a.dtype));
  return kernel.run([a], o, { accumulator: accumulatorType(output), output });
}
