import { AxisError, DeviceError } from '../errors.ts';
import { Complex } from './complex.ts';
import type { Device } from './device.ts';
import { NdArray } from './ndarray.ts';
import type { Scalar } from './promotion.ts';

/** Whether a value is a JavaScript scalar that acts weakly beside arrays. */
export function isScalar(x: unknown): x is Scalar {
  return typeof x === 'number' || typeof x === 'boolean' || typeof x === 'bigint' || x instanceof Complex;
}

/** The axis counted from the front. @throws {AxisError} outside the array. */
export function normalizeAxis(axis: number, ndim: number, who: string): number {
  if (!Number.isInteger(axis) || axis < -ndim || axis >= ndim) {
    throw new AxisError(`[${who}] axis ${axis} is out of bounds for an array of dimension ${ndim}`);
  }
  return axis < 0 ? axis + ndim : axis;
}

/** Axes counted from the front, ascending; null means all. @throws {AxisError} outside the array or given twice. */
export function normalizeAxes(
  axis: number | readonly number[] | null | undefined,
  ndim: number,
  who: string,
): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: ndim }, (_, i) => i);
  if (typeof axis === 'number') return [normalizeAxis(axis, ndim, who)];
  const axes = axis.map((a) => normalizeAxis(a, ndim, who));
  if (new Set(axes).size !== axes.length)
    throw new AxisError(`[${who}] duplicate axis in [${axis.join(', ')}]`);
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
