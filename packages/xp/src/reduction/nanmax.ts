import { optionsOf } from '../core/check-options.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { apply, select } from '../scalar/expr.ts';
import { all } from './all.ts';
import { type ArgOptions, argExtreme } from './argmax.ts';
import { highest, lowest, max, min, refuseEmpty } from './max.ts';
import { type Axes, arrayOf, type ReductionOptions, reductionKeys } from './options.ts';

// Starting from NaN, all-NaN lanes stay NaN.
const maxKernel = /*#__PURE__*/ new ReductionKernel('nanmax', 1, {
  reduce: (a, b) => apply('fmax', a, b),
  identity: Number.NaN,
});
const minKernel = /*#__PURE__*/ new ReductionKernel('nanmin', 1, {
  reduce: (a, b) => apply('fmin', a, b),
  identity: Number.NaN,
});
const replaceNan = /*#__PURE__*/ new ElementwiseKernel('nanargmax', 2, (x, v) =>
  select(apply('isnan', x), v, x),
);
const isNan = /*#__PURE__*/ new ElementwiseKernel('nanargmax', 1, (x) => apply('isnan', x));
const unlessAll = /*#__PURE__*/ new ElementwiseKernel('nanargmax', 2, (index, none) =>
  select(none, -1, index),
);

function hasNan(x: NdArray): boolean {
  return x.dtype.kind === 'f' || x.dtype.kind === 'c';
}

function extreme(kernel: ReductionKernel, plain: typeof max, x: ArrayLike, o: ReductionOptions): NdArray {
  const a = arrayOf(x);
  refuseEmpty(a, o.axis, kernel.name);
  return hasNan(a) ? kernel.run([a], o) : plain(a, o);
}

/**
 * Greatest element over the given axes, NaN left aside; NaN where there is nothing else.
 *
 * @throws {ValueError} where a reduced axis has no elements.
 * @example
 * import { array, nanmax } from '@chainer/xp';
 * nanmax(array([1, NaN, 3])).itemSync(); // 3
 */
export function nanmax(
  x: ArrayLike,
  axisOrOptions?: Axes | ReductionOptions,
  options?: ReductionOptions,
): NdArray {
  return extreme(maxKernel, max, x, optionsOf('nanmax', axisOrOptions, options, reductionKeys));
}

/**
 * Smallest element over the given axes, NaN left aside; NaN where there is nothing else.
 *
 * @throws {ValueError} where a reduced axis has no elements.
 * @example
 * import { array, nanmin } from '@chainer/xp';
 * nanmin(array([1, NaN, 3])).itemSync(); // 1
 */
export function nanmin(
  x: ArrayLike,
  axisOrOptions?: Axes | ReductionOptions,
  options?: ReductionOptions,
): NdArray {
  return extreme(minKernel, min, x, optionsOf('nanmin', axisOrOptions, options, reductionKeys));
}

function nanarg(op: 'max' | 'min', x: ArrayLike, o: ArgOptions, who: string): NdArray {
  const a = arrayOf(x);
  if (!hasNan(a)) return argExtreme(op, a, o, who);
  const worst: Scalar = op === 'max' ? lowest(a.dtype) : highest(a.dtype);
  const { out, ...rest } = o;
  const found = argExtreme(op, replaceNan.call([a, worst]), rest, who);
  const none = all(isNan.call([a]), { axis: o.axis ?? null, keepdims: o.keepdims ?? false });
  const target = out ?? emptyOn(a.device, found.shape, found.dtype);
  return unlessAll.call([found, none], { out: [target] });
}

/**
 * Index of the greatest element along an axis, NaN left aside; -1 where there is nothing but NaN (NumPy throws there, which
 * would make every call wait for the device).
 *
 * @throws {ValueError} where there is nothing to choose from.
 * @example
 * import { array, nanargmax } from '@chainer/xp';
 * nanargmax(array([1, NaN, 3])).itemSync(); // 2
 */
export function nanargmax(
  x: ArrayLike,
  axisOrOptions?: number | null | ArgOptions,
  options?: ArgOptions,
): NdArray {
  return nanarg('max', x, optionsOf('nanargmax', axisOrOptions, options, reductionKeys), 'nanargmax');
}

/**
 * Index of the smallest element along an axis, NaN left aside; -1 where there is nothing but NaN.
 *
 * @throws {ValueError} where there is nothing to choose from.
 * @example
 * import { array, nanargmin } from '@chainer/xp';
 * nanargmin(array([2, NaN, 3])).itemSync(); // 0
 */
export function nanargmin(
  x: ArrayLike,
  axisOrOptions?: number | null | ArgOptions,
  options?: ArgOptions,
): NdArray {
  return nanarg('min', x, optionsOf('nanargmin', axisOrOptions, options, reductionKeys), 'nanargmin');
}
