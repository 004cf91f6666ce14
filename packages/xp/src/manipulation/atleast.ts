import { NdArray } from '../core/ndarray.ts';
import { type ArrayLike, asarray } from '../creation/array.ts';
import { expandDims } from './squeeze.ts';

function each(arrays: readonly ArrayLike[], f: (x: NdArray) => NdArray): NdArray | NdArray[] {
  const out = arrays.map((x) => f(x instanceof NdArray ? x : asarray(x)));
  return out.length === 1 ? (out[0] as NdArray) : out;
}

/** Arrays with at least one dimension; one array in, one out. */
export function atleast1d(x: ArrayLike): NdArray;
export function atleast1d(...arrays: ArrayLike[]): NdArray[];
export function atleast1d(...arrays: ArrayLike[]): NdArray | NdArray[] {
  return each(arrays, (x) => (x.ndim === 0 ? expandDims(x, 0) : x));
}

/** Arrays with at least two dimensions: new axes stand in front. */
export function atleast2d(x: ArrayLike): NdArray;
export function atleast2d(...arrays: ArrayLike[]): NdArray[];
export function atleast2d(...arrays: ArrayLike[]): NdArray | NdArray[] {
  return each(arrays, (x) => (x.ndim === 0 ? expandDims(x, [0, 1]) : x.ndim === 1 ? expandDims(x, 0) : x));
}

/** Arrays with at least three dimensions: a vector becomes `[1, N, 1]`, a matrix `[M, N, 1]`. */
export function atleast3d(x: ArrayLike): NdArray;
export function atleast3d(...arrays: ArrayLike[]): NdArray[];
export function atleast3d(...arrays: ArrayLike[]): NdArray | NdArray[] {
  return each(arrays, (x) =>
    x.ndim === 0
      ? expandDims(x, [0, 1, 2])
      : x.ndim === 1
        ? expandDims(x, [0, 2])
        : x.ndim === 2
          ? expandDims(x, 2)
          : x,
  );
}
