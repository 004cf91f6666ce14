import { optionsOf } from '../core/check-options.ts';
import { dtype } from '../core/dtype.ts';
import { chosenType } from '../core/held.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { apply, type Expr, select } from '../scalar/expr.ts';
import {
  type Axes,
  accumulatorType,
  arrayOf,
  sumType,
  type TypedReductionOptions,
  typedReductionKeys,
} from './options.ts';

/** The element, or a stand-in where it is NaN. */
export function orElse(x: Expr, standIn: number): Expr {
  return select(apply('isnan', x), standIn, x);
}

const sumKernel = /*#__PURE__*/ new ReductionKernel('nansum', 1, {
  map: (x) => orElse(x, 0),
  reduce: (a, b) => a.add(b),
  identity: 0,
});
const prodKernel = /*#__PURE__*/ new ReductionKernel('nanprod', 1, {
  map: (x) => orElse(x, 1),
  reduce: (a, b) => a.mul(b),
  identity: 1,
});

function run(kernel: ReductionKernel, x: ArrayLike, o: TypedReductionOptions): NdArray {
  const a = arrayOf(x);
  const output = chosenType(a.device, o.dtype ? dtype(o.dtype) : null, sumType(a.dtype));
  return kernel.run([a], o, { accumulator: accumulatorType(output), output });
}

/**
 * Sum over the given axes with NaN counted as 0; otherwise `sum`.
 *
 * @example
 * import { array, nansum } from '@chainer/xp';
 * nansum(array([1, NaN, 2])).itemSync(); // 3
 */
export function nansum(
  x: ArrayLike,
  axisOrOptions?: Axes | TypedReductionOptions,
  options?: TypedReductionOptions,
): NdArray {
  return run(sumKernel, x, optionsOf('nansum', axisOrOptions, options, typedReductionKeys));
}

/**
 * Product over the given axes with NaN counted as 1; otherwise `prod`.
 *
 * @example
 * import { array, nanprod } from '@chainer/xp';
 * nanprod(array([3, NaN, 2])).itemSync(); // 6
 */
export function nanprod(
  x: ArrayLike,
  axisOrOptions?: Axes | TypedReductionOptions,
  options?: TypedReductionOptions,
): NdArray {
  return run(prodKernel, x, optionsOf('nanprod', axisOrOptions, options, typedReductionKeys));
}
