import { normalizeAxis } from '../core/arguments.ts';
import { optionsOf } from '../core/check-options.ts';
import type { ScanOp } from '../core/device.ts';
import { dtype } from '../core/dtype.ts';
import { chosenType } from '../core/held.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { checkOut } from '../kernel/launch.ts';
import { arrayOf, sumType } from '../reduction/options.ts';
import { running, type ScanOptions, scanKeys } from './cumsum.ts';

/** Options of the array API's running sums and products. */
export interface CumulativeOptions extends ScanOptions {
  /** Begin with the value that changes nothing (0 or 1), so that the axis is one longer. */
  readonly includeInitial?: boolean;
}

function cumulative(op: ScanOp, start: number, x: NdArray, o: CumulativeOptions, who: string): NdArray {
  if (o.axis === null || o.axis === undefined) {
    if (x.ndim !== 1)
      throw new ValueError(`[${who}] x has ${x.ndim} dimensions; expected 1, or an axis to run along`);
  }
  const axis = normalizeAxis(o.axis ?? 0, x.ndim, who);
  if (!o.includeInitial) return running(op, x, { ...o, axis }, who);
  const n = x.shape[axis] as number;
  const d = chosenType(x.device, o.dtype ? dtype(o.dtype) : null, sumType(x.dtype));
  const shape = x.shape.map((extent, i) => (i === axis ? n + 1 : extent));
  if (o.out) checkOut(o.out, shape, d, who);
  const y = o.out ?? emptyOn(x.device, shape, d);
  if (y.size > 0) y.device.kernels.fill(sliced(y, axis, 0, 1), start);
  running(op, x, { axis, dtype: d, out: sliced(y, axis, 1, n) }, who);
  return y;
}

/**
 * Running sum along an axis (array API): `cumsum` that asks for the axis of arrays with several.
 *
 * @throws {ValueError} without an axis for an array that has not exactly one.
 * @example
 * import { array, cumulativeSum } from '@chainer/xp';
 * cumulativeSum(array([1, 2, 3]), { includeInitial: true }).toArraySync(); // [0, 1, 3, 6]
 */
export function cumulativeSum(
  x: ArrayLike,
  axisOrOptions?: number | null | CumulativeOptions,
  options?: CumulativeOptions,
): NdArray {
  return cumulative(
    'add',
    0,
    arrayOf(x),
    optionsOf('cumulativeSum', axisOrOptions, options, [...scanKeys, 'includeInitial']),
    'cumulativeSum',
  );
}

/**
 * Running product along an axis (array API): `cumprod` that asks for the axis of arrays with several.
 *
 * @throws {ValueError} without an axis for an array that has not exactly one.
 * @example
 * import { array, cumulativeProd } from '@chainer/xp';
 * cumulativeProd(array([1, 2, 3]), { includeInitial: true }).toArraySync(); // [1, 1, 2, 6]
 */
export function cumulativeProd(
  x: ArrayLike,
  axisOrOptions?: number | null | CumulativeOptions,
  options?: CumulativeOptions,
): NdArray {
  return cumulative(
    'multiply',
    1,
    arrayOf(x),
    optionsOf('cumulativeProd', axisOrOptions, options, [...scanKeys, 'includeInitial']),
    'cumulativeProd',
  );
}
