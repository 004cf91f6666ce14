import { normalizeAxes } from '../core/arguments.ts';
import { optionsOf } from '../core/check-options.ts';
import { sizeOf } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { type ArrayLike, asarray } from '../creation/array.ts';

function arrayOf(x: ArrayLike): NdArray {
  return x instanceof NdArray ? x : asarray(x);
}

/** Extents of an array or nested list. */
export function shape(x: ArrayLike): readonly number[] {
  return arrayOf(x).shape;
}

/** Number of axes of an array or nested list. */
export function ndim(x: ArrayLike): number {
  return arrayOf(x).ndim;
}

/** Number of elements, in all or along axes. */
export function size(
  x: ArrayLike,
  axis: number | readonly number[] | null | { readonly axis?: number | readonly number[] | null } = null,
): number {
  const { axis: given = null } = optionsOf('size', axis, undefined, ['axis']);
  const a = arrayOf(x);
  return given === null
    ? a.size
    : sizeOf(normalizeAxes(given, a.ndim, 'size').map((i) => a.shape[i] as number));
}
