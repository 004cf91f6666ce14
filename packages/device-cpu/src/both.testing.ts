import {
  contiguousSteps,
  type Device,
  type DType,
  fromBfloat16,
  fromFloat16,
  js,
  NdArray,
  registerDevice,
  sizeOf,
  type TypedArray,
  toBfloat16,
  toFloat16,
} from '@chainer/xp/internal';
import { createCpuDevice } from './index.ts';

/** Help for tests that run one kernel on `js` and on `cpu` and compare. */

export const cpu: Device = createCpuDevice();
registerDevice(cpu);

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

/** Steps, offset and storage size (elements) of a layout. */
function placement(
  shape: readonly number[],
  layout: LayoutName,
): { steps: number[]; offset: number; length: number } {
  const dense = contiguousSteps(shape);
  const size = sizeOf(shape);
  if (layout === 'reversed')
    return { steps: dense.map((s) => -s), offset: Math.max(0, size - 1), length: size };
  if (layout === 'transposed') {
    const turned = contiguousSteps([...shape].reverse()).reverse();
    return { steps: turned, offset: 0, length: size };
  }
  if (layout === 'every other') return { steps: dense.map((s) => 2 * s), offset: 1, length: 2 * size + 1 };
  if (layout === 'broadcast') {
    const steps = dense.map((s, i) => (i === 0 ? 0 : s));
    return { steps, offset: 0, length: Math.max(1, size) };
  }
  return { steps: dense, offset: 0, length: size };
}

/** Raw elements that suit a dtype. */
export function rawValues(d: DType, n: number, value: (i: number) => number): TypedArray {
  const raw = new d.TypedArray(n * d.lanes);
  for (let i = 0; i < raw.length; i++) {
    const v = value(i);
    if (d.name === 'float16') raw[i] = toFloat16(v);
    else if (d.name === 'bfloat16') raw[i] = toBfloat16(v);
    else if (d.kind === 'b') raw[i] = v > 0 ? 1 : 0;
    else if (raw instanceof BigInt64Array || raw instanceof BigUint64Array) raw[i] = BigInt(Math.round(v));
    else raw[i] = d.kind === 'f' || d.kind === 'c' ? v : Math.round(v);
  }
  return raw;
}

/** The same array on both devices: `[js, cpu]`. */
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
  const make = (device: Device) => {
    const storage = device.allocate(length * d.itemsize);
    storage.view(d).set(raw as never);
    return new NdArray(storage, d, shape, steps, offset);
  };
  return [make(js), make(cpu)];
}

/** An uninitialised output on both devices. */
export function outputs(d: DType, shape: readonly number[], layout: LayoutName = 'dense'): Pair {
  return pair(d, shape, () => 0, layout);
}

/** Elements in C order, as numbers (complex: parts one after another). */
export function values(x: NdArray): number[] {
  const data = x.storage.view(x.dtype);
  const out: number[] = [];
  const visit = (axis: number, at: number) => {
    if (axis === x.ndim) {
      for (let lane = 0; lane < x.dtype.lanes; lane++) {
        const raw = data[at * x.dtype.lanes + lane]!;
        out.push(
          x.dtype.name === 'float16'
            ? fromFloat16(Number(raw))
            : x.dtype.name === 'bfloat16'
              ? fromBfloat16(Number(raw))
              : Number(raw),
        );
      }
      return;
    }
    for (let i = 0; i < x.shape[axis]!; i++) visit(axis + 1, at + i * x.steps[axis]!);
  };
  visit(0, x.offset);
  return out;
}

const epsilons: Partial<Record<string, number>> = {
  float16: 1e-3,
  bfloat16: 8e-3,
  float32: 1.2e-7,
  float64: 2.3e-16,
  complex64: 1.2e-7,
  complex128: 2.3e-16,
};

/** Unit roundoff of a dtype; 0 for integers. */
export function epsilonOf(d: DType): number {
  return epsilons[d.name] ?? 0;
}

/**
 * The first place where two arrays differ by more than `ulps` roundings (relative, or absolute by `absolute`), or null.
 * NaN equals NaN, infinities must agree.
 */
export function difference([a, b]: Pair, ulps = 8, absolute = 0): string | null {
  const x = values(a);
  const y = values(b);
  if (x.length !== y.length) return `sizes ${x.length} and ${y.length}`;
  const tolerance = epsilonOf(a.dtype) * ulps;
  for (let i = 0; i < x.length; i++) {
    const p = x[i]!;
    const q = y[i]!;
    if (p === q || (Number.isNaN(p) && Number.isNaN(q))) continue;
    if (Math.abs(p - q) <= Math.max(tolerance * Math.max(Math.abs(p), Math.abs(q)), absolute)) continue;
    return `element ${i}: js ${p}, cpu ${q}`;
  }
  return null;
}
