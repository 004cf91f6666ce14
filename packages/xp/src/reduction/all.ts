import { optionsOf } from '../core/check-options.ts';
import { bool } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { type Axes, arrayOf, indexType, type ReductionOptions, reductionKeys } from './options.ts';

const allKernel = /*#__PURE__*/ new ReductionKernel('all', 1, {
  map: (x) => x.cast(bool),
  reduce: (a, b) => a.and(b),
  identity: true,
});
const anyKernel = /*#__PURE__*/ new ReductionKernel('any', 1, {
  map: (x) => x.cast(bool),
  reduce: (a, b) => a.or(b),
  identity: false,
});
const countKernel = /*#__PURE__*/ new ReductionKernel('countNonzero', 1, {
  map: (x) => x.cast(bool).cast('int32'),
  reduce: (a, b) => a.add(b),
  identity: 0,
});

/**
 * Whether all elements over the given axes are true (not zero; NaN counts as true). True for no elements.
 *
 * @param x any shape and dtype.
 * @example
 * import { all, array } from '@chainer/xp';
 * all(array([[1, 0], [2, 3]]), 1).toArraySync(); // [false, true]
 */
export function all(
  x: ArrayLike,
  axisOrOptions?: Axes | ReductionOptions,
  options?: ReductionOptions,
): NdArray {
  return allKernel.run([arrayOf(x)], optionsOf('all', axisOrOptions, options, reductionKeys));
}

/**
 * Whether any element over the given axes is true (not zero; NaN counts as true). False for no elements.
 *
 * @param x any shape and dtype.
 * @example
 * import { any, array } from '@chainer/xp';
 * any(array([[1, 0], [0, 0]]), 1).toArraySync(); // [true, false]
 */
export function any(
  x: ArrayLike,
  axisOrOptions?: Axes | ReductionOptions,
  options?: ReductionOptions,
): NdArray {
  return anyKernel.run([arrayOf(x)], optionsOf('any', axisOrOptions, options, reductionKeys));
}

/**
 * Number of elements over the given axes that are not zero, as int32 (int64 for arrays of 64-bit integers).
 *
 * @param x any shape and dtype.
 * @example
 * import { array, countNonzero } from '@chainer/xp';
 * countNonzero(array([[1, 0], [2, 3]]), { axis: 0 }).toArraySync(); // [2, 1]
 */
export function countNonzero(
  x: ArrayLike,
  axisOrOptions?: Axes | ReductionOptions,
  options?: ReductionOptions,
): NdArray {
  const a = arrayOf(x);
  return countKernel.run([a], optionsOf('countNonzero', axisOrOptions, options, reductionKeys), {
    output: indexType(a),
  });
}
