import { type DType, isHalf, type TypedArray } from '../core/dtype.ts';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from '../core/half.ts';
import { sizeOf } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { js } from './device.ts';

/** Arrays for the tests of the kernels, made and read back without any kernel. Complex values are flat pairs. */

type Value = number | bigint;

/** How elements lie in memory. */
export type Layout = (shape: readonly number[]) => { steps: number[]; offset: number; room: number };

/** C order, behind a gap of three elements. */
export const plain: Layout = (shape) => {
  const steps = shape.map((_, i) => sizeOf(shape.slice(i + 1)));
  return { steps, offset: 3, room: 3 + sizeOf(shape) };
};

/** Fortran order backwards, every other place left out. */
export const awkward: Layout = (shape) => {
  const steps = shape.map((_, i) => -2 * sizeOf(shape.slice(0, i)));
  return { steps, offset: Math.max(2 * sizeOf(shape) - 1, 0), room: 2 * sizeOf(shape) };
};

/** Both, with names for `describe.each`. */
export const layouts = [
  ['contiguous', plain],
  ['strided', awkward],
] as const;

/** An array of that layout; places outside it hold a value that would show. */
export function make(values: readonly Value[], shape: readonly number[], d: DType, layout = plain): NdArray {
  const { steps, offset, room } = layout(shape);
  const storage = js.allocate(Math.max(room, 1) * d.itemsize);
  const data = storage.view(d);
  const odd = encode(typeof data[0] === 'bigint' ? 77n : 77, d);
  for (let i = 0; i < data.length; i++) data[i] = odd as never;
  const x = new NdArray(storage, d, shape, steps, offset);
  eachPlace(x, (at, k) => {
    for (let l = 0; l < d.lanes; l++)
      data[at * d.lanes + l] = encode(values[k * d.lanes + l] as Value, d) as never;
  });
  return x;
}

/** An array whose elements are yet to be written. */
export function blank(shape: readonly number[], d: DType, layout = plain): NdArray {
  const { steps, offset, room } = layout(shape);
  const storage = js.allocate(Math.max(room, 1) * d.itemsize);
  storage.view(d).fill((typeof storage.view(d)[0] === 'bigint' ? 55n : 55) as never);
  return new NdArray(storage, d, shape, steps, offset);
}

/** Values in C order. */
export function values(x: NdArray): Value[] {
  const data = x.storage.view(x.dtype);
  const out: Value[] = [];
  const { lanes } = x.dtype;
  eachPlace(x, (at) => {
    for (let l = 0; l < lanes; l++) out.push(decode(data, at * lanes + l, x.dtype));
  });
  return out;
}

/** Values as numbers. */
export function numbers(x: NdArray): number[] {
  return values(x).map(Number);
}

/** Small integers without a pattern that a wrong stride would keep: `(i mul) mod m - sub`. */
export function integers(shape: readonly number[], mul = 7, mod = 11, sub = 5): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, i) => ((i * mul) % mod) - sub);
}

function encode(v: Value, d: DType): Value {
  if (!isHalf(d)) return v;
  return d.name === 'float16' ? toFloat16(v as number) : toBfloat16(v as number);
}

function decode(data: TypedArray, i: number, d: DType): Value {
  const v = data[i] as Value;
  if (!isHalf(d)) return v;
  return d.name === 'float16' ? fromFloat16(v as number) : fromBfloat16(v as number);
}

function eachPlace(x: NdArray, body: (at: number, k: number) => void): void {
  const index = x.shape.map(() => 0);
  for (let k = 0; k < x.size; k++) {
    body(
      index.reduce((at, i, axis) => at + i * (x.steps[axis] as number), x.offset),
      k,
    );
    for (let axis = x.ndim - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (x.shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
}
