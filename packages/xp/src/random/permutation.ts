import { normalizeAxis } from '../core/arguments.ts';
import type { Device } from '../core/device.ts';
import { resolveDevice } from '../core/devices.ts';
import { int32 } from '../core/dtype.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { ValueError } from '../errors.ts';
import { gatherOn } from '../js/families.ts';
import { type Stream, WordReader } from './stream.ts';

/** The first `count` numbers of a random order of 0 … n - 1, by Fisher and Yates on the host. */
export function randomOrder(stream: Stream, n: number, count = n): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const reader = new WordReader(stream);
  const last = Math.min(count, n - 1);
  for (let i = 0; i < last; i++) {
    const j = i + reader.below(n - i);
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  return order.subarray(0, count);
}

/** An int32 array of host indices. */
export function indexArray(
  device: Device,
  order: Int32Array,
  shape: readonly number[] = [order.length],
): NdArray {
  const x = emptyOn(device, shape, int32);
  if (order.length > 0) device.write(x, order);
  return x;
}

/** Slices of x along an axis at those indices. */
export function taken(x: NdArray, indices: NdArray, axis: number): NdArray {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const y = emptyOn(x.device, shape, x.dtype);
  if (y.size === 0) return y;
  const flat = new NdArray(indices.storage, indices.dtype, [indices.size]);
  const rows = new NdArray(y.storage, y.dtype, [
    ...x.shape.slice(0, axis),
    indices.size,
    ...x.shape.slice(axis + 1),
  ]);
  gatherOn(x.device).gather(x, flat, axis, rows);
  return y;
}

/** A number of things as a length. @throws {ValueError} for anything but a non-negative integer below 2³¹. */
export function lengthOf(n: number, name: string, who: string): number {
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 31) {
    throw new ValueError(
      `[${who}] ${name} must be a non-negative integer below 2 ** 31 or an array, got ${String(n)}`,
    );
  }
  return n;
}

export function permutation(
  stream: Stream,
  x: number | NdArray,
  { axis = 0, device = null }: { readonly axis?: number; readonly device?: Device | string | null },
): NdArray {
  if (!(x instanceof NdArray)) {
    return indexArray(resolveDevice(device), randomOrder(stream, lengthOf(x, 'x', 'permutation')));
  }
  const a = normalizeAxis(axis, x.ndim, 'permutation');
  return taken(x, indexArray(x.device, randomOrder(stream, x.shape[a] as number)), a);
}

export function shuffle(
  stream: Stream,
  x: NdArray | unknown[],
  { axis = 0 }: { readonly axis?: number },
): void {
  if (x instanceof NdArray) {
    const a = normalizeAxis(axis, x.ndim, 'shuffle');
    const mixed = taken(x, indexArray(x.device, randomOrder(stream, x.shape[a] as number)), a);
    if (x.size > 0) x.device.kernels.copy(mixed, x);
  } else if (Array.isArray(x)) {
    const before = x.slice();
    randomOrder(stream, x.length).forEach((from, to) => {
      x[to] = before[from];
    });
  } else throw new ValueError(`[shuffle] x must be an NdArray or a list, got ${String(x)}`);
}

/** Random bytes on the host. */
export function randomBytes(stream: Stream, length: number): Uint8Array {
  const reader = new WordReader(stream);
  const words = Uint32Array.from({ length: Math.ceil(length / 4) }, () => reader.next());
  return new Uint8Array(words.buffer, 0, length);
}
