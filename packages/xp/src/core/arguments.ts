import { AxisError, DeviceError } from '../errors.ts';
import { kindOf } from './check-options.ts';
import { Complex } from './complex.ts';
import type { Device } from './device.ts';
import { NdArray } from './ndarray.ts';
import type { Scalar } from './promotion.ts';

/** Whether a value is a JavaScript scalar that acts weakly beside arrays. */
export function isScalar(x: unknown): x is Scalar {
  return typeof x === 'number' || typeof x === 'boolean' || typeof x === 'bigint' || x instanceof Complex;
}

/** The axis counted from the front. @throws {TypeError} for what is no integer, {AxisError} outside the array. */
export function normalizeAxis(axis: number, ndim: number, who: string): number {
  if (!Number.isInteger(axis)) throw new TypeError(`[${who}] axis must be an integer, got ${kindOf(axis)}`);
  if (axis < -ndim || axis >= ndim) {
    throw new AxisError(`[${who}] axis ${axis} is out of bounds for an array of dimension ${ndim}`);
  }
  return axis < 0 ? axis + ndim : axis;
}

/** One axis or several, counted from the front, as they were given. @throws {TypeError} for what are no integers, {AxisError} outside the array. */
export function axisList(axis: number | readonly number[], ndim: number, who: string): number[] {
  if (Number.isInteger(axis)) return [normalizeAxis(axis as number, ndim, who)];
  if (Array.isArray(axis)) return axis.map((a) => normalizeAxis(a as number, ndim, who));
  throw new TypeError(`[${who}] axis must be an integer, a list of integers or null, got ${kindOf(axis)}`);
}

/** Axes counted from the front, ascending; null means all. @throws as `axisList`, and {AxisError} for one given twice. */
export function normalizeAxes(
  axis: number | readonly number[] | null | undefined,
  ndim: number,
  who: string,
): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: ndim }, (_, i) => i);
  const axes = axisList(axis, ndim, who);
  if (axes.length > 1 && new Set(axes).size !== axes.length)
    throw new AxisError(`[${who}] duplicate axis in [${String(axis).replaceAll(',', ', ')}]`);
  return axes.sort((a, b) => a - b);
}

/** The device all arrays share, or null if there are none. @throws {DeviceError} where two devices meet. */
export function commonDevice(args: readonly unknown[], who: string): Device | null {
  let device: Device | null = null;
  for (const a of args) {
    if (!(a instanceof NdArray)) continue;
    if (device === null) device = a.storage.device;
    else if (device !== a.storage.device) {
      throw new DeviceError(
        `[${who}] arrays on ${device.name} and ${a.storage.device.name} cannot be mixed; move one with x.to(${JSON.stringify(device.name)})`,
      );
    }
  }
  return device;
}
