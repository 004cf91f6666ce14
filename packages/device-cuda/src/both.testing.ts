import {
  contiguousSteps,
  type Device,
  type DType,
  fromBfloat16,
  fromFloat16,
  js,
  NdArray,
  sizeOf,
  type TypedArray,
  toBfloat16,
  toFloat16,
} from '@chainer/xp/internal';
import { describe } from 'vitest';
import type { CudaDevice } from './device.ts';
import { emulated, onGpu } from './emulator.testing.ts';
import { createCudaDevice } from './index.ts';

/** Help for tests that run one kernel on `js` and on `cuda` and compare. */

const device = emulated || onGpu ? (createCudaDevice() as CudaDevice) : null;
if (device === null) console.warn('tests of packages/device-cuda: skipped, its emulator is not built');

/** The device under test; only there inside of `describeCuda`. */
export const cuda = device as CudaDevice;

/** `describe`, or nothing where there is neither a GPU nor the emulator. */
export const describeCuda: typeof describe = device === null ? (describe.skip as typeof describe) : describe;

/** A small linear congruential generator: tests must repeat. */
export function generator(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
}

/** How an array lies in its storage. */
export type LayoutName = 'dense' | 'reversed' | 'transposed' | 'every other' | 'broadcast';
export const layouts: readonly LayoutName[] = ['dense', 'reversed', 'transposed', 'every other', 'broadcast'];

function placement(
  shape: readonly number[],
  layout: LayoutName,
): { steps: number[]; offset: number; length: number } {
  const dense = contiguousSteps(shape);
  const size = sizeOf(shape);
  switch (layout) {
    case 'reversed':
      return { steps: dense.map((s) => -s), offset: Math.max(0, size - 1), length: size };
    case 'transposed':
      return { steps: contiguousSteps([...shape].reverse()).reverse(), offset: 0, length: size };
    case 'every other':
      return { steps: dense.map((s) => 2 * s), offset: 1, length: 2 * size + 1 };
    case 'broadcast':
      return { steps: dense.map((s, i) => (i === 0 ? 0 : s)), offset: 0, length: Math.max(1, size) };
    default:
      return { steps: dense, offset: 0, length: size };
  }
}

function rawValues(d: DType, n: number, value: (i: number) => number): TypedArray {
  const raw = new d.TypedArray(n);
  for (let i = 0; i < n; i++) {
    const v = value(i);
    if (d.name === 'float16') raw[i] = toFloat16(v);
    else if (d.name === 'bfloat16') raw[i] = toBfloat16(v);
    else raw[i] = d.kind === 'b' ? Number(v > 0) : d.kind === 'f' ? v : Math.round(v);
  }
  return raw;
}

/** The same array on both devices: `[js, cuda]`. */
export type Pair = readonly [NdArray, NdArray];

/** An array of a shape and layout, filled by `value`, on both devices. */
export function pair(
  d: DType,
  shape: readonly number[],
  value: (i: number) => number,
  layout: LayoutName = 'dense',
): Pair {
  const { steps, offset, length } = placement(shape, layout);
  const raw = rawValues(d, length, value);
  const make = (on: Device) => {
    const storage = on.allocate(length * on.elementBytes(d));
    if (length > 0) on.write(new NdArray(storage, d, [length]), raw);
    return new NdArray(storage, d, shape, steps, offset);
  };
  return [make(js), make(cuda)];
}

/** An output of zeros on both devices. */
export function outputs(d: DType, shape: readonly number[], layout: LayoutName = 'dense'): Pair {
  return pair(d, shape, () => 0, layout);
}

/** Runs something on both devices: `k` chooses a pair's side. */
export function both(body: (on: Device, k: 0 | 1) => void): void {
  body(js, 0);
  body(cuda, 1);
}

/** Everything in an array's storage, as numbers: also what lies between the elements of a view. */
async function whole(x: NdArray): Promise<number[]> {
  const n = Math.floor(x.storage.nbytes / x.device.elementBytes(x.dtype));
  if (n === 0) return [];
  const raw = Array.from((await x.device.read(new NdArray(x.storage, x.dtype, [n]))) as Float32Array);
  if (x.dtype.name === 'float16') return raw.map(fromFloat16);
  return x.dtype.name === 'bfloat16' ? raw.map(fromBfloat16) : raw;
}

/** Elements in C order. */
export async function values(x: NdArray): Promise<number[]> {
  const data = await whole(x);
  const out: number[] = [];
  const visit = (axis: number, at: number) => {
    if (axis === x.ndim) out.push(data[at]!);
    else for (let i = 0; i < x.shape[axis]!; i++) visit(axis + 1, at + i * x.steps[axis]!);
  };
  visit(0, x.offset);
  return out;
}

const epsilons: Partial<Record<string, number>> = { float16: 1e-3, bfloat16: 8e-3, float32: 1.2e-7 };

/**
 * The first place where two arrays' memories differ by more than `ulps` roundings (relative, or absolute by `absolute`), or null.
 * NaN equals NaN, infinities must agree. What lies beside a view is compared, too.
 */
export async function difference([a, b]: Pair, ulps = 8, absolute = 0): Promise<string | null> {
  const [x, y] = await Promise.all([whole(a), whole(b)]);
  if (x.length > y.length) return `sizes ${x.length} and ${y.length}`;
  const tolerance = (epsilons[a.dtype.name] ?? 0) * ulps;
  for (let i = 0; i < x.length; i++) {
    const p = x[i]!;
    const q = y[i]!;
    if (p === q || (Number.isNaN(p) && Number.isNaN(q))) continue;
    if (Math.abs(p - q) <= Math.max(tolerance * Math.max(Math.abs(p), Math.abs(q)), absolute)) continue;
    return `element ${i}: js ${p}, cuda ${q}`;
  }
  return null;
}
