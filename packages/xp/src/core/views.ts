import type { Device } from './device.ts';
import type { DType } from './dtype.ts';
import { heldType } from './held.ts';
import { broadcastSteps, sizeOf } from './layout.ts';
import { emptyOn, NdArray } from './ndarray.ts';
import { realType, type Scalar } from './promotion.ts';

/** Other windows on an array's storage, and copies where none will do. Callers have checked axes, ranges and shapes. */

/** A fresh contiguous copy, of another dtype if given. */
export function copyOf(x: NdArray, dtype: DType = x.dtype): NdArray {
  const y = emptyOn(x.device, x.shape, dtype);
  if (x.size > 0) x.device.kernels.copy(x, y);
  return y;
}

/** A fresh array whose elements all have that value. */
export function filledOn(device: Device, shape: readonly number[], dtype: DType, value: Scalar): NdArray {
  const y = emptyOn(device, shape, dtype);
  if (y.size > 0) device.kernels.fill(y, value);
  return y;
}

/** The array itself where it has that dtype (or what its device holds instead), else a cast copy. */
export function castTo(x: NdArray, dtype: DType): NdArray {
  if (x.dtype === dtype) return x;
  const held = heldType(x.device, dtype);
  return x.dtype === held ? x : copyOf(x, held);
}

/** Axes in another order: axis i of the view is axis `order[i]` of the array. */
export function permuted(x: NdArray, order: readonly number[]): NdArray {
  return new NdArray(
    x.storage,
    x.dtype,
    order.map((a) => x.shape[a] as number),
    order.map((a) => x.steps[a] as number),
    x.offset,
  );
}

/** One axis moved to another place, the others in order. */
export function axisMoved(x: NdArray, from: number, to: number): NdArray {
  if (from === to) return x;
  const order = x.shape.map((_, i) => i).filter((i) => i !== from);
  order.splice(to, 0, from);
  return permuted(x, order);
}

/** `count` elements along an axis, from `start`, every `step`-th. */
export function sliced(x: NdArray, axis: number, start: number, count: number, step = 1): NdArray {
  const along = x.steps[axis] as number;
  const shape = x.shape.slice();
  const steps = x.steps.slice();
  shape[axis] = count;
  steps[axis] = along * step;
  return new NdArray(x.storage, x.dtype, shape, steps, count === 0 ? x.offset : x.offset + along * start);
}

/** The array at one place of an axis, which is gone. */
export function picked(x: NdArray, axis: number, index: number): NdArray {
  const without = (list: readonly number[]) => list.filter((_, i) => i !== axis);
  return new NdArray(
    x.storage,
    x.dtype,
    without(x.shape),
    without(x.steps),
    x.offset + (x.steps[axis] as number) * index,
  );
}

/** With an axis of extent 1 before `axis`. */
export function axisInserted(x: NdArray, axis: number): NdArray {
  const shape = x.shape.slice();
  const steps = x.steps.slice();
  shape.splice(axis, 0, 1);
  steps.splice(axis, 0, 0);
  return new NdArray(x.storage, x.dtype, shape, steps, x.offset);
}

/** Read at a shape to which it broadcasts. */
export function broadcastView(x: NdArray, shape: readonly number[]): NdArray {
  return new NdArray(x.storage, x.dtype, shape, broadcastSteps(x.shape, x.steps, shape), x.offset);
}

/** Elements in C order along one axis: a view where they stand so, else a copy. */
export function flat(x: NdArray): NdArray {
  return reshaped(x, [x.size]);
}

/** The same elements in C order at another shape of that size: a view where steps allow one, else a copy. */
export function reshaped(x: NdArray, shape: readonly number[]): NdArray {
  if (x.contiguous) return new NdArray(x.storage, x.dtype, shape, undefined, x.offset);
  const steps = stepsFor(x, shape);
  return steps === null
    ? new NdArray(copyOf(x).storage, x.dtype, shape)
    : new NdArray(x.storage, x.dtype, shape, steps, x.offset);
}

/** Steps that read the array at another shape, or null where only a copy can. */
export function stepsFor(x: NdArray, shape: readonly number[]): number[] | null {
  if (x.size === 0) return null;
  const from = x.shape.map((d, i) => [d, x.steps[i] as number] as const).filter(([d]) => d !== 1);
  const steps = new Array<number>(shape.length).fill(0);
  // Groups of old axes and of new axes with the same number of elements; each old group must be walkable as one.
  let i = 0;
  let j = 0;
  while (i < from.length) {
    let old = (from[i] as readonly [number, number])[0];
    while (shape[j] === 1) j++;
    let made = shape[j] as number;
    let iEnd = i + 1;
    let jEnd = j + 1;
    while (old !== made) {
      if (old < made) old *= (from[iEnd++] as readonly [number, number])[0];
      else made *= shape[jEnd++] as number;
    }
    for (let k = i; k < iEnd - 1; k++) {
      const [, step] = from[k] as readonly [number, number];
      const [d, next] = from[k + 1] as readonly [number, number];
      if (step !== next * d) return null;
    }
    let step = (from[iEnd - 1] as readonly [number, number])[1];
    for (let k = jEnd - 1; k >= j; k--) {
      steps[k] = step;
      step *= shape[k] as number;
    }
    i = iEnd;
    j = jEnd;
  }
  return steps;
}

/** The diagonal of two axes as a new last axis, from `offset` above the main one. */
export function diagonalView(x: NdArray, offset: number, axis1: number, axis2: number): NdArray {
  const rows = x.shape[axis1] as number;
  const columns = x.shape[axis2] as number;
  const s1 = x.steps[axis1] as number;
  const s2 = x.steps[axis2] as number;
  const count = Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)));
  const start = count === 0 ? 0 : offset >= 0 ? offset * s2 : -offset * s1;
  const others = (list: readonly number[]) => list.filter((_, i) => i !== axis1 && i !== axis2);
  return new NdArray(
    x.storage,
    x.dtype,
    [...others(x.shape), count],
    [...others(x.steps), s1 + s2],
    x.offset + start,
  );
}

/** Both parts of complex numbers as a last axis of two; other arrays themselves. */
export function partsView(x: NdArray): NdArray {
  if (x.dtype.kind !== 'c') return x;
  const steps = [...x.steps.map((s) => 2 * s), 1];
  return new NdArray(x.storage, realType(x.dtype), [...x.shape, 2], steps, 2 * x.offset);
}

/** Arrays of one dtype one after another along an axis. */
export function joined(parts: readonly NdArray[], axis: number): NdArray {
  const first = parts[0] as NdArray;
  const shape = first.shape.slice();
  shape[axis] = parts.reduce((n, p) => n + (p.shape[axis] as number), 0);
  const out = emptyOn(first.device, shape, first.dtype);
  let at = 0;
  for (const p of parts) {
    const n = p.shape[axis] as number;
    if (p.size > 0) p.device.kernels.copy(p, sliced(out, axis, at, n));
    at += n;
  }
  return out;
}

/** A fresh array filled with one value. */
export function filled(like: NdArray, shape: readonly number[], dtype: DType, value: number): NdArray {
  const y = emptyOn(like.device, shape, dtype);
  if (sizeOf(shape) > 0) y.device.kernels.fill(y, value);
  return y;
}
