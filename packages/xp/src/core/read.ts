import { NeedsHostSyncError, UnsafeIntegerError, ValueError } from '../errors.ts';
import { readElement } from '../js/closures.ts';
import { checkOptions } from './check-options.ts';
import { Complex } from './complex.ts';
import type { DType, TypedArray } from './dtype.ts';
import { isBig } from './dtype.ts';
import { sizeOf } from './layout.ts';
import { emptyOn, type NdArray } from './ndarray.ts';
import type { Scalar } from './promotion.ts';

/** Reading arrays back to JavaScript. */

/** How 64-bit integers are read. */
export interface ReadOptions {
  /** true: int64 and uint64 read as BigInts. Otherwise they read as numbers, and one that has no exact number is an error. */
  readonly bigint?: boolean;
}

/** Nested lists of scalars. */
export type NestedScalars = Scalar | NestedScalars[];

/** The array itself where its elements stand in C order without gaps, else a copy that does. */
export function dense(x: NdArray): NdArray {
  if (x.contiguous) return x;
  const y = emptyOn(x.device, x.shape, x.dtype);
  if (x.size > 0) x.device.kernels.copy(x, y);
  return y;
}

/** Copies an array that is read without waiting to a contiguous one of another device. */
export function copyAcross(x: NdArray, y: NdArray): void {
  const from = dense(x);
  if (!y.device.receive?.(y, from)) y.device.write(y, x.device.readSync(from));
}

function mustBeSynchronous(x: NdArray, who: string, instead: string): void {
  if (!x.device.synchronous) {
    throw new NeedsHostSyncError(
      `[${who}] device ${x.device.name} cannot be read without waiting; use ${instead}`,
    );
  }
}

/** Refuses a device that cannot be read at once, for a function that must know the data. @throws {NeedsHostSyncError} */
export function mustKnow(x: NdArray, who: string, call = `onHost(${who}, …)`): void {
  if (!x.device.synchronous) {
    throw new NeedsHostSyncError(
      `[${who}] needs the data of an array on ${x.device.name}, which cannot be read without waiting; use await ${call}`,
    );
  }
}

/** Raw elements in C order, as stored: float16 and bfloat16 as bits, complex as pairs, bool as 0 and 1. */
export function dataSync(x: NdArray): TypedArray {
  mustBeSynchronous(x, 'dataSync', 'await x.data()');
  return x.size === 0 ? new x.dtype.TypedArray(0) : x.device.readSync(dense(x));
}

/** The same, from every device. */
export async function data(x: NdArray): Promise<TypedArray> {
  return x.size === 0 ? new x.dtype.TypedArray(0) : x.device.read(dense(x));
}

/** Element `i` of raw elements as a JavaScript value. @throws {UnsafeIntegerError} for a 64-bit integer that no number holds. */
export function scalarFrom(raw: TypedArray, i: number, d: DType, bigint: boolean, who: string): Scalar {
  const v = readElement(raw, i, d);
  if (d.kind === 'b') return v !== 0;
  if (v instanceof Complex) return new Complex(v.re, v.im);
  if (!isBig(d) || bigint) return v;
  const n = Number(v);
  if (!Number.isSafeInteger(n)) {
    throw new UnsafeIntegerError(
      `[${who}] element ${v} of ${d.name} has no exact number; read it with {bigint: true}`,
    );
  }
  return n;
}

/** Nested lists of raw elements. */
export function nest(
  raw: TypedArray,
  d: DType,
  shape: readonly number[],
  bigint: boolean,
  who: string,
): NestedScalars {
  let next = 0;
  const build = (axis: number): NestedScalars => {
    if (axis === shape.length) return scalarFrom(raw, next++, d, bigint, who);
    return Array.from({ length: shape[axis] as number }, () => build(axis + 1));
  };
  return build(0);
}

/** Nested lists of the elements (a scalar for a 0-d array). */
export function toArraySync(x: NdArray, options: ReadOptions = {}): NestedScalars {
  checkOptions('toArraySync', options, ['bigint']);
  mustBeSynchronous(x, 'toArraySync', 'await x.toArray()');
  return nest(dataSync(x), x.dtype, x.shape, options.bigint ?? false, 'toArraySync');
}

/** The same, from every device. */
export async function toArray(x: NdArray, options: ReadOptions = {}): Promise<NestedScalars> {
  checkOptions('toArray', options, ['bigint']);
  return nest(await data(x), x.dtype, x.shape, options.bigint ?? false, 'toArray');
}

function mustBeOne(x: NdArray, who: string): void {
  if (x.size !== 1)
    throw new ValueError(
      `[${who}] only an array of one element converts to a scalar; this one has ${x.size}`,
    );
}

/** The only element. @throws {ValueError} if there are more or none. */
export function itemSync(x: NdArray, options: ReadOptions = {}): Scalar {
  checkOptions('item', options, ['bigint']);
  mustBeOne(x, 'item');
  mustBeSynchronous(x, 'itemSync', 'await x.item()');
  return scalarFrom(x.device.readSync(dense(x)), 0, x.dtype, options.bigint ?? false, 'item');
}

/** The same, from every device. */
export async function item(x: NdArray, options: ReadOptions = {}): Promise<Scalar> {
  checkOptions('item', options, ['bigint']);
  mustBeOne(x, 'item');
  return scalarFrom(await x.device.read(dense(x)), 0, x.dtype, options.bigint ?? false, 'item');
}

/** All elements in C order as JavaScript values, 64-bit integers as BigInts. */
export function flatScalars(x: NdArray): Scalar[] {
  const raw = dataSync(x);
  return Array.from({ length: sizeOf(x.shape) }, (_, i) => scalarFrom(raw, i, x.dtype, true, 'flatScalars'));
}

/** Bytes of the elements in C (or Fortran) order. */
export function tobytes(x: NdArray): Uint8Array {
  const raw = dataSync(x);
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
}
