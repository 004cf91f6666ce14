import { complex64, complex128, type DType, float32, float64, int32 } from '../core/dtype.ts';
import { shapeText, sizeOf } from '../core/layout.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { refuseCodes } from '../core/refuse.ts';
import { copyOf } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { DTypeError, LinAlgError } from '../errors.ts';
import { arrayOf } from '../reduction/options.ts';

/** The dtype that linear algebra computes in: integers and booleans in float64. @throws {DTypeError} for 16-bit floats. */
export function workType(d: DType, who: string): DType {
  if (d === float32 || d === float64 || d === complex64 || d === complex128) return d;
  if (d.kind === 'f')
    throw new DTypeError(
      `[${who}] the dtype ${d.name} is not supported in linear algebra; use x.astype('float32')`,
    );
  return float64;
}

/** A stack of matrices. @throws {LinAlgError} for fewer than 2 axes, or matrices that are not square where they must be. */
export function matricesOf(x: ArrayLike, who: string, square = false): NdArray {
  const a = arrayOf(x);
  if (a.ndim < 2)
    throw new LinAlgError(`[${who}] a must have at least 2 axes, got shape ${shapeText(a.shape)}`);
  const [m, n] = a.shape.slice(-2);
  if (square && m !== n)
    throw new LinAlgError(`[${who}] the last 2 axes of a must be square, got shape ${shapeText(a.shape)}`);
  return a;
}

/** A contiguous copy in the working dtype, for a kernel to destroy. */
export function workCopy(a: NdArray, who: string, d: DType = workType(a.dtype, who)): NdArray {
  return copyOf(a, d);
}

/** What comes before the last two axes. */
export function stackOf(a: NdArray): readonly number[] {
  return a.shape.slice(0, -2);
}

/** An int32 array of a stack's size, for what a kernel has to say of each matrix. */
export function reports(a: NdArray): NdArray {
  return emptyOn(a.device, stackOf(a), int32);
}

/** Throws where a kernel reported failure. */
export function refuse(info: NdArray, message: (code: number) => string): void {
  refuseCodes(info, message(1), (code) => new LinAlgError(message(code)));
}

/** Whether the matrices have no elements. */
export function isEmpty(a: NdArray): boolean {
  return sizeOf(a.shape) === 0;
}
