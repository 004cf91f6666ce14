import type { Device } from './device.ts';
import { resolveDevice, withDevice } from './devices.ts';
import { emptyOn, NdArray } from './ndarray.ts';
import { data, dataSync } from './read.ts';

/** Whether a value is an object that is nothing but its properties: options. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A value with all arrays in it, also in lists and options, replaced. */
function mapArrays(value: unknown, to: (x: NdArray) => NdArray): unknown {
  if (value instanceof NdArray) return to(value);
  if (Array.isArray(value)) return value.map((item) => mapArrays(item, to));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapArrays(item, to)]));
}

/** The arrays of a value, each once. */
function arraysOf(value: unknown): Set<NdArray> {
  const found = new Set<NdArray>();
  mapArrays(value, (x) => {
    found.add(x);
    return x;
  });
  return found;
}

/** A result on the device that it belongs to; where that lacks its dtype, on `js`. */
function back(x: NdArray, device: Device): NdArray {
  if (x.device === device || !device.supports(x.dtype)) return x;
  const y = emptyOn(device, x.shape, x.dtype);
  if (x.size > 0) device.write(y, dataSync(x));
  return y;
}

/**
 * Calls a function with its arrays moved to `js`, and moves the resulting arrays back: how arrays of a device that cannot be read
 * at once get results whose size depends on the data (`nonzero`, `unique`, masks), or that the device does not compute.
 *
 * Arrays may stand in lists and options. On a device that can be read at once the function is simply called.
 *
 * @param body synchronous; meanwhile `js` is the default device.
 * @param args its arguments.
 * @returns what it returns; arrays whose dtype the device lacks stay on `js`.
 * @example
 * import { array, nonzero, onHost } from '@chainer/xp';
 * const x = array([[0, 5], [6, 0]]);
 * const [rows] = await onHost(nonzero, x);
 * await rows?.toArray(); // [0, 1]
 * const kept = await onHost((y, mask) => y.at(mask), x, x.gt(5));
 * await kept.toArray(); // [6]
 */
export async function onHost<A extends readonly unknown[], R>(
  body: (...args: A) => R,
  ...args: A
): Promise<R> {
  const arrays = [...arraysOf(args)].filter((x) => !x.device.synchronous);
  const device = arrays[0]?.device;
  if (device === undefined) return body(...args);
  const js = resolveDevice('js');
  const moved = new Map<NdArray, NdArray>();
  await Promise.all(
    arrays.map(async (x) => {
      const raw = await data(x);
      const y = emptyOn(js, x.shape, x.dtype);
      if (x.size > 0) js.write(y, raw);
      moved.set(x, y);
    }),
  );
  const here = mapArrays(args, (x) => moved.get(x) ?? x) as A;
  const result = withDevice(js, () => body(...here));
  return mapArrays(result, (x) => back(x, device)) as R;
}
