import { checkOptions } from '../core/check-options.ts';
import { defaultDtype } from '../core/config.ts';
import { resolveDevice } from '../core/devices.ts';
import { type DType, dtype } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { ValueError } from '../errors.ts';
import { broadcastView } from '../manipulation/broadcast.ts';
import { fortran } from '../manipulation/order.ts';
import { type ArrayLike, asarray, type CreationOptions } from './array.ts';
import { emptyOrdered, type MemoryOrder } from './copy.ts';

/** Options of creation functions that take a shape. */
export interface ShapedOptions extends CreationOptions {
  readonly order?: 'C' | 'F' | null;
}

/** Options of creation functions that take an array to be like. */
export interface LikeOptions extends CreationOptions {
  readonly shape?: number | readonly number[] | null;
  readonly order?: MemoryOrder | null;
}

/** A shape written as one number or a list. @throws {ValueError} for extents that are no integers from 0 on. */
export function shapeFrom(shape: number | readonly number[], who: string): readonly number[] {
  const list = typeof shape === 'number' ? [shape] : shape;
  for (const d of list) {
    if (!Number.isInteger(d) || d < 0)
      throw new ValueError(`[${who}] extents of a shape are integers from 0 on, got ${shapeText(list)}`);
  }
  return typeof shape === 'number' ? list : shape.slice();
}

function fresh(
  shape: number | readonly number[],
  options: ShapedOptions,
  fallback: () => DType,
  who: string,
): NdArray {
  checkOptions(who, options, ['dtype', 'device', 'order']);
  const d = options.dtype ? dtype(options.dtype) : fallback();
  return emptyOrdered(resolveDevice(options.device), shapeFrom(shape, who), d, options.order === 'F');
}

function freshLike(x: NdArray, options: LikeOptions, who: string): NdArray {
  checkOptions(who, options, ['dtype', 'device', 'order', 'shape']);
  const device = options.device ? resolveDevice(options.device) : x.device;
  const shape =
    options.shape === undefined || options.shape === null ? x.shape : shapeFrom(options.shape, who);
  return emptyOrdered(
    device,
    shape,
    options.dtype ? dtype(options.dtype) : x.dtype,
    fortran(x, options.order ?? 'K'),
  );
}

function filled(x: NdArray, value: Scalar): NdArray {
  if (x.size > 0) x.device.kernels.fill(x, value);
  return x;
}

/**
 * An uninitialised array: its elements are whatever the memory held.
 *
 * @param shape extents, or one number for a 1-d array.
 */
export function empty(shape: number | readonly number[], options: ShapedOptions = {}): NdArray {
  return fresh(shape, options, defaultDtype, 'empty');
}

/** An uninitialised array of the shape, dtype and device of another. */
export function emptyLike(x: NdArray, options: LikeOptions = {}): NdArray {
  return freshLike(x, options, 'emptyLike');
}

/**
 * An array of zeros.
 *
 * @example
 * import { zeros } from '@chainer/xp';
 * zeros([2, 3], { dtype: 'int32' }).toArraySync(); // [[0, 0, 0], [0, 0, 0]]
 */
export function zeros(shape: number | readonly number[], options: ShapedOptions = {}): NdArray {
  return filled(fresh(shape, options, defaultDtype, 'zeros'), 0);
}

/** Zeros in the shape, dtype and device of another array. */
export function zerosLike(x: NdArray, options: LikeOptions = {}): NdArray {
  return filled(freshLike(x, options, 'zerosLike'), 0);
}

/**
 * An array of ones.
 *
 * @example
 * import { ones } from '@chainer/xp';
 * ones(3).toArraySync(); // [1, 1, 1]
 */
export function ones(shape: number | readonly number[], options: ShapedOptions = {}): NdArray {
  return filled(fresh(shape, options, defaultDtype, 'ones'), 1);
}

/** Ones in the shape, dtype and device of another array. */
export function onesLike(x: NdArray, options: LikeOptions = {}): NdArray {
  return filled(freshLike(x, options, 'onesLike'), 1);
}

/**
 * An array full of one value; `fillValue` may be an array that broadcasts to the shape.
 *
 * Without a dtype it takes the value's: the default float for numbers, bool for booleans.
 *
 * @example
 * import { full } from '@chainer/xp';
 * full([2, 2], 7).toArraySync(); // [[7, 7], [7, 7]]
 */
export function full(
  shape: number | readonly number[],
  fillValue: ArrayLike,
  options: ShapedOptions = {},
): NdArray {
  checkOptions('full', options, ['dtype', 'device', 'order']);
  const device = options.device ? { device: options.device } : {};
  const value = asarray(fillValue, device);
  const y = fresh(shape, { ...options, device: options.device ?? value.device }, () => value.dtype, 'full');
  return filledWith(y, value, fillValue, 'full');
}

/** One value in the shape, dtype and device of another array. */
export function fullLike(x: NdArray, fillValue: ArrayLike, options: LikeOptions = {}): NdArray {
  const y = freshLike(x, options, 'fullLike');
  return filledWith(y, asarray(fillValue, { device: y.device }), fillValue, 'fullLike');
}

function filledWith(y: NdArray, value: NdArray, given: ArrayLike, who: string): NdArray {
  if (y.size === 0) return y;
  if (typeof given !== 'object') y.device.kernels.fill(y, given);
  else y.device.kernels.copy(broadcastView(value, y.shape, who), y);
  return y;
}
