import { normalizeAxis } from '../core/arguments.ts';
import { optionsOf } from '../core/check-options.ts';
import { int32 } from '../core/dtype.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { castTo, flat } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { argreduceOn } from '../js/families.ts';
import { checkOut } from '../kernel/launch.ts';
import { refuseEmpty } from './max.ts';
import { arrayOf, indexType, reductionKeys } from './options.ts';

/** Options of `argmax` and `argmin`. */
export interface ArgOptions {
  /** The axis to search along; null (or left out) searches all elements and counts in C order. */
  readonly axis?: number | null;
  /** Keep the searched axis with extent 1. */
  readonly keepdims?: boolean;
  readonly out?: NdArray | null;
}

/** Index of the extreme element along an axis. */
export function argExtreme(op: 'max' | 'min', x: NdArray, o: ArgOptions, who: string): NdArray {
  const whole = o.axis === null || o.axis === undefined;
  const axis = whole ? 0 : normalizeAxis(o.axis as number, x.ndim, who);
  refuseEmpty(x, whole ? null : axis, who);
  const source = whole ? flat(x) : x;
  const shape = source.shape.filter((_, i) => i !== axis);
  const found = emptyOn(x.device, shape, int32);
  if (found.size > 0) argreduceOn(x.device).argreduce(op, source, found, axis);
  const typed = castTo(found, indexType(x));
  const kept = o.keepdims ? x.shape.map((d, i) => (whole || i === axis ? 1 : d)) : shape;
  const result = o.keepdims ? new NdArray(typed.storage, typed.dtype, kept) : typed;
  if (!o.out) return result;
  checkOut(o.out, kept, result.dtype, who);
  if (result.size > 0) x.device.kernels.copy(result, o.out);
  return o.out;
}

/**
 * Index of the greatest element along an axis, the first of equals (the first NaN, if there is one), as int32 (int64 for
 * arrays of 64-bit integers).
 *
 * @param x any shape.
 * @throws {ValueError} where there is nothing to choose from.
 * @throws {AxisError} for an axis outside the array.
 * @example
 * import { argmax, array } from '@chainer/xp';
 * argmax(array([[1, 7, 3], [5, 2, 9]]), 1).toArraySync(); // [1, 2]
 * argmax(array([[1, 7, 3], [5, 2, 9]])).itemSync(); // 5
 */
export function argmax(
  x: ArrayLike,
  axisOrOptions?: number | null | ArgOptions,
  options?: ArgOptions,
): NdArray {
  return argExtreme('max', arrayOf(x), optionsOf('argmax', axisOrOptions, options, reductionKeys), 'argmax');
}

/**
 * Index of the smallest element along an axis; the counterpart of `argmax`.
 *
 * @param x any shape.
 * @throws {ValueError} where there is nothing to choose from.
 * @throws {AxisError} for an axis outside the array.
 * @example
 * import { argmin, array } from '@chainer/xp';
 * argmin(array([[1, 7, 3], [5, 2, 9]]), 0).toArraySync(); // [0, 1, 0]
 */
export function argmin(
  x: ArrayLike,
  axisOrOptions?: number | null | ArgOptions,
  options?: ArgOptions,
): NdArray {
  return argExtreme('min', arrayOf(x), optionsOf('argmin', axisOrOptions, options, reductionKeys), 'argmin');
}
