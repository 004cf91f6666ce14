import type { DType } from '../core/dtype.ts';
import { contiguousSteps, sizeOf } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { flatScalars, mustKnow } from '../core/read.ts';

/** The elements that are printed, on the host: the whole array, or only the ends of its axes. */
export interface HostView {
  readonly dtype: DType;
  /** Shape of the array itself. */
  readonly shape: readonly number[];
  /** Shape of what was read. */
  readonly read: readonly number[];
  /** Elements in C order of `read`. */
  readonly values: readonly Scalar[];
}

/** All elements in C order; 64-bit integers as bigints. @throws {NeedsHostSyncError} on an asynchronous device. */
export function readScalars(x: NdArray, who: string): Scalar[] {
  mustKnow(x, who);
  return flatScalars(x);
}

/** The elements to print: all, or where `edgeitems` is given only that many at both ends of each longer axis. */
export function hostView(x: NdArray, edgeitems: number | null, who: string): HostView {
  const { dtype, shape } = x;
  if (edgeitems === null) return { dtype, shape, read: shape, values: readScalars(x, who) };
  const read = shape.map((n) => Math.min(n, 2 * edgeitems));
  const strides = contiguousSteps(read);
  const values = new Array<Scalar>(sizeOf(read));
  const visit = (part: NdArray, axis: number, at: number): void => {
    if (axis === shape.length) return place(readScalars(part, who), part.shape, strides, at, values);
    const n = shape[axis] as number;
    if (n <= 2 * edgeitems) return visit(part, axis + 1, at);
    visit(slice(part, axis, 0, edgeitems), axis + 1, at);
    visit(slice(part, axis, n - edgeitems, n), axis + 1, at + edgeitems * (strides[axis] as number));
  };
  visit(x, 0, 0);
  return { dtype, shape, read, values };
}

function slice(x: NdArray, axis: number, start: number, stop: number): NdArray {
  const shape = x.shape.with(axis, stop - start);
  return new NdArray(x.storage, x.dtype, shape, x.steps, x.offset + start * (x.steps[axis] as number));
}

/** Puts a block in C order into its place in a larger one. */
function place(
  block: readonly Scalar[],
  shape: readonly number[],
  strides: readonly number[],
  from: number,
  values: Scalar[],
): void {
  let next = 0;
  const walk = (axis: number, at: number): void => {
    if (axis === shape.length) values[at] = block[next++] as Scalar;
    else for (let i = 0; i < (shape[axis] as number); i++) walk(axis + 1, at + i * (strides[axis] as number));
  };
  walk(0, from);
}
