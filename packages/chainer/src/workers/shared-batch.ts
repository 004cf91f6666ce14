import type { DTypeName, NdArray } from '@chainer/xp/functions';
import { dtype, type TypedArray } from '@chainer/xp/internal';
import { fromRaw, type PackedArray } from './packing.ts';

/** One array of every example, all rows of a batch below each other in shared memory. */
export interface SharedPart {
  readonly dtype: DTypeName;
  /** Of one example. */
  readonly shape: readonly number[];
  /** Raw elements of one row: complex numbers have two. */
  readonly row: number;
  /** First byte. */
  readonly offset: number;
}

/** Parts of a batch like that example, in the order in which `pack` meets its arrays, and the bytes they take. */
export function partsLike(example: unknown, rows: number): { parts: SharedPart[]; bytes: number } {
  const parts: SharedPart[] = [];
  let bytes = 0;
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return;
    if ('#array' in value) {
      const { '#array': name, shape, data } = value as PackedArray;
      parts.push({ dtype: name, shape, row: data.length, offset: bytes });
      bytes += Math.ceil((data.byteLength * rows) / 64) * 64;
    } else for (const item of Object.values(value)) visit(item);
  };
  visit(example);
  return { parts, bytes };
}

/** The raw elements of one row. */
export function sharedRow(buffer: SharedArrayBuffer, part: SharedPart, row: number): TypedArray {
  return view(buffer, part, row, 1);
}

/** A whole part as an array `[rows, …]`. */
export function sharedArray(buffer: SharedArrayBuffer, part: SharedPart, rows: number): NdArray {
  return fromRaw(part.dtype, [rows, ...part.shape], view(buffer, part, 0, rows));
}

function view(buffer: SharedArrayBuffer, part: SharedPart, row: number, rows: number): TypedArray {
  const { TypedArray: Elements } = dtype(part.dtype);
  const make = Elements as unknown as new (
    b: SharedArrayBuffer,
    offset: number,
    length: number,
  ) => TypedArray;
  return new make(buffer, part.offset + row * part.row * Elements.BYTES_PER_ELEMENT, rows * part.row);
}
