import { type DTypeName, NdArray } from '@chainer/xp/functions';
import { dtype, emptyOn, resolveDevice, type TypedArray } from '@chainer/xp/internal';
import { Variable } from '../core/variable.ts';

/** How arrays travel between threads: everything else is cloned as the runtime does. */

/** An array as its raw elements. */
export interface PackedArray {
  readonly '#array': DTypeName;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** An array that stands in shared memory instead: which of the parts. */
export interface PlacedArray {
  readonly '#part': number;
}

const isPlain = (x: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
};

/** A value with its arrays replaced by what can be sent. `place` may put an array elsewhere and say where. */
export function pack(value: unknown, place: (x: NdArray) => PlacedArray | null = () => null): unknown {
  if (value instanceof Variable) return pack(value.array, place);
  if (value instanceof NdArray)
    return place(value) ?? { '#array': value.dtype.name, shape: value.shape, data: value.dataSync() };
  if (Array.isArray(value)) return value.map((item) => pack(item, place));
  if (value !== null && typeof value === 'object' && isPlain(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item, place)]));
  return value;
}

/** The value again. `placed` finds an array that was put elsewhere. */
export function unpack(value: unknown, placed: (part: number) => NdArray): unknown {
  if (Array.isArray(value)) return value.map((item) => unpack(item, placed));
  if (value === null || typeof value !== 'object' || !isPlain(value)) return value;
  if ('#array' in value) {
    const { '#array': name, shape, data } = value as PackedArray;
    return fromRaw(name, shape, data);
  }
  if ('#part' in value) return placed((value as PlacedArray)['#part']);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item, placed)]));
}

/** An array on the default device (or the named one) of raw elements, which are copied. */
export function fromRaw(
  name: DTypeName,
  shape: readonly number[],
  data: TypedArray,
  device: string | null = null,
): NdArray {
  const x = emptyOn(resolveDevice(device), shape, dtype(name));
  // Devices may keep what they are given, or refuse memory that is shared.
  if (x.size > 0) x.device.write(x, data.slice());
  return x;
}
