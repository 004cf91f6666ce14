import { normalizeAxis } from '../core/arguments.ts';
import { optionsOf } from '../core/check-options.ts';
import type { ScanOp } from '../core/device.ts';
import { type DType, type DTypeLike, dtype } from '../core/dtype.ts';
import { chosenType } from '../core/held.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { flat } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { scanOn } from '../js/families.ts';
import { checkOut } from '../kernel/launch.ts';
import { arrayOf, sumType } from '../reduction/options.ts';

/** Options of running sums and products. */
export interface ScanOptions {
  /** The axis to run along; null (or left out) runs over all elements in C order and gives one axis. */
  readonly axis?: number | null;
  /** dtype in which values are combined, and of the result. */
  readonly dtype?: DTypeLike | null;
  readonly out?: NdArray | null;
}

/** Its names. */
export const scanKeys = ['axis', 'dtype', 'out'] as const;

/** A running combination along an axis, or over the flattened array. */
export function running(op: ScanOp, x: NdArray, o: ScanOptions, who: string): NdArray {
  const whole = o.axis === null || o.axis === undefined;
  const source = whole ? flat(x) : x;
  const axis = whole ? 0 : normalizeAxis(o.axis as number, x.ndim, who);
  const d: DType = chosenType(x.device, o.dtype ? dtype(o.dtype) : null, sumType(x.dtype));
  if (o.out) checkOut(o.out, source.shape, d, who);
  const direct =
    o.out && o.out.dtype === d && o.out.storage !== x.storage ? o.out : emptyOn(x.device, source.shape, d);
  if (direct.size > 0) scanOn(x.device).scan(op, source, direct, axis);
  if (!o.out || direct === o.out) return direct;
  if (direct.size > 0) x.device.kernels.copy(direct, o.out);
  return o.out;
}

/**
 * Running sum along an axis: `y[i] = x[0] + … + x[i]`. Types widen as in `sum`.
 *
 * @param x any shape; without an axis its elements in C order, as one axis.
 * @throws {AxisError} for an axis outside the array.
 * @example
 * import { array, cumsum } from '@chainer/xp';
 * cumsum(array([[1, 2], [3, 4]])).toArraySync(); // [1, 3, 6, 10]
 * cumsum(array([[1, 2], [3, 4]]), { axis: 0 }).toArraySync(); // [[1, 2], [4, 6]]
 */
export function cumsum(
  x: ArrayLike,
  axisOrOptions?: number | null | ScanOptions,
  options?: ScanOptions,
): NdArray {
  return running('add', arrayOf(x), optionsOf('cumsum', axisOrOptions, options, scanKeys), 'cumsum');
}

/**
 * Running product along an axis: `y[i] = x[0] · … · x[i]`. Types widen as in `sum`.
 *
 * @param x any shape; without an axis its elements in C order, as one axis.
 * @throws {AxisError} for an axis outside the array.
 * @example
 * import { array, cumprod } from '@chainer/xp';
 * cumprod(array([1, 2, 3])).toArraySync(); // [1, 2, 6]
 */
export function cumprod(
  x: ArrayLike,
  axisOrOptions?: number | null | ScanOptions,
  options?: ScanOptions,
): NdArray {
  return running('multiply', arrayOf(x), optionsOf('cumprod', axisOrOptions, options, scanKeys), 'cumprod');
}
