import { type DType, float32, float64, isHalf } from '../core/dtype.ts';
import { contiguousSteps } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { copyPlaces, placeOf } from './copy.ts';

/** Real numbers in memory as floats, whatever their dtype: what the numeric kernels compute on. */

export type FloatArray = Float32Array | Float64Array;

/** Strided floats. */
export interface Floats {
  readonly data: FloatArray;
  readonly offset: number;
  readonly steps: readonly number[];
}

/** Floats to be written: `store` brings them to the array they stand for. */
export interface FloatsOut extends Floats {
  readonly store: () => void;
}

/** Nothing to do: the floats are the array's own memory. */
function stored(): void {}

function isFloat(d: DType): boolean {
  return d === float32 || d === float64;
}

function workType(d: DType): DType {
  return isHalf(d) || d === float32 ? float32 : float64;
}

/** The array's own memory where that holds float32 or float64, a converted contiguous copy otherwise. */
export function floatsOf(x: NdArray): Floats {
  if (isFloat(x.dtype)) {
    return { data: x.storage.view(x.dtype) as FloatArray, offset: x.offset, steps: x.steps };
  }
  return { data: converted(x), offset: 0, steps: contiguousSteps(x.shape) };
}

/** Where to write an array's values as floats. Unwritten places are undefined. */
export function floatsFor(y: NdArray): FloatsOut {
  if (isFloat(y.dtype)) {
    return {
      data: y.storage.view(y.dtype) as FloatArray,
      offset: y.offset,
      steps: y.steps,
      store: stored,
    };
  }
  return buffered(y);
}

/** As `floatsOf`, in C order without gaps, from position 0. */
export function denseOf(x: NdArray): FloatArray {
  if (isFloat(x.dtype) && x.contiguous) {
    return (x.storage.view(x.dtype) as FloatArray).subarray(x.offset, x.offset + x.size);
  }
  return converted(x);
}

/** As `floatsFor`, in C order without gaps, from position 0. */
export function denseFor(y: NdArray): FloatsOut {
  if (isFloat(y.dtype) && y.contiguous) {
    const data = (y.storage.view(y.dtype) as FloatArray).subarray(y.offset, y.offset + y.size);
    return { data, offset: 0, steps: y.steps, store: stored };
  }
  return buffered(y);
}

function converted(x: NdArray): FloatArray {
  const dtype = workType(x.dtype);
  const data = new dtype.TypedArray(x.size) as FloatArray;
  copyPlaces(x.shape, placeOf(x), { data, dtype, offset: 0, steps: contiguousSteps(x.shape) });
  return data;
}

function buffered(y: NdArray): FloatsOut {
  const dtype = workType(y.dtype);
  const data = new dtype.TypedArray(y.size) as FloatArray;
  const steps = contiguousSteps(y.shape);
  return {
    data,
    offset: 0,
    steps,
    store: () => copyPlaces(y.shape, { data, dtype, offset: 0, steps }, placeOf(y)),
  };
}
