import { NdArray } from '../core/ndarray.ts';
import { IndexError } from '../errors.ts';
import { type Index, Slice } from './grammar.ts';

/** An index that gives a view. */
export type BasicIndex = number | bigint | null | '...' | Slice;

/** Whether every index gives a view. */
export function allBasic(indices: readonly Index[]): indices is readonly BasicIndex[] {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (typeof index === 'number' || index === null || index instanceof Slice || index === '...') continue;
    if (typeof index !== 'bigint') return false;
  }
  return true;
}

/** Checks that the indices use no more axes than there are, and gives the number of axes that `'...'` stands for. */
export function ellipsisExtent(ndim: number, consumed: number, ellipses: number, who: string): number {
  if (ellipses > 1) throw new IndexError(`[${who}] an index list has only one '...'`);
  if (consumed > ndim) {
    throw new IndexError(
      `[${who}] too many indices: the array is ${ndim}-dimensional, but ${consumed} axes were indexed`,
    );
  }
  return ndim - consumed;
}

/** An integer index counted from the front. @throws {IndexError} outside the axis. */
export function positionOn(index: number | bigint, extent: number, axis: number, who: string): number {
  const i = Number(index);
  if (i >= 0 && i < extent && Number.isInteger(i)) return i;
  if (!Number.isInteger(i))
    throw new IndexError(`[${who}] an index is an integer, got ${i} for axis ${axis}`);
  if (i < -extent || i >= extent) {
    throw new IndexError(`[${who}] index ${i} is out of bounds for axis ${axis} with size ${extent}`);
  }
  return i + extent;
}

/** First position, number of positions, and step of a slice on an axis of that extent: Python's rules. */
export function sliceOn(slice: Slice, extent: number): [start: number, count: number, step: number] {
  const step = slice.step ?? 1;
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? extent : extent - 1;
  const clamp = (bound: number | null, otherwise: number) => {
    if (bound === null) return otherwise;
    const b = bound < 0 ? bound + extent : bound;
    return b < low ? low : b > high ? high : b;
  };
  const start = clamp(slice.start, step > 0 ? low : high);
  const stop = clamp(slice.stop, step > 0 ? high : low);
  const span = step > 0 ? stop - start : start - stop;
  return [start, span > 0 ? Math.ceil(span / Math.abs(step)) : 0, step];
}

/** The view that numbers, slices, new axes and `'...'` select. */
export function basicView(x: NdArray, indices: readonly BasicIndex[], who: string): NdArray {
  let consumed = 0;
  let ellipses = 0;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (index === '...') ellipses++;
    else if (index !== null) consumed++;
  }
  const spread = ellipsisExtent(x.ndim, consumed, ellipses, who);
  const shape: number[] = [];
  const steps: number[] = [];
  let offset = x.offset;
  let axis = 0;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as BasicIndex;
    if (index === null) {
      shape.push(1);
      steps.push(0);
    } else if (index === '...') {
      for (let k = 0; k < spread; k++, axis++) {
        shape.push(x.shape[axis] as number);
        steps.push(x.steps[axis] as number);
      }
    } else {
      const extent = x.shape[axis] as number;
      const step = x.steps[axis] as number;
      if (index instanceof Slice) {
        const [start, count, stride] = sliceOn(index, extent);
        if (count > 0) offset += start * step;
        shape.push(count);
        steps.push(stride * step);
      } else offset += positionOn(index, extent, axis, who) * step;
      axis++;
    }
  }
  for (; axis < x.ndim; axis++) {
    shape.push(x.shape[axis] as number);
    steps.push(x.steps[axis] as number);
  }
  return new NdArray(x.storage, x.dtype, shape, steps, offset);
}

/** Views along the first axis. */
export function rows(x: NdArray): NdArray[] {
  const shape = x.shape.slice(1);
  const steps = x.steps.slice(1);
  const step = x.steps[0] ?? 0;
  return Array.from(
    { length: x.shape[0] ?? 0 },
    (_, i) => new NdArray(x.storage, x.dtype, shape, steps, x.offset + i * step),
  );
}
