import type { NdArray } from '../core/ndarray.ts';
import { broadcastTo } from '../manipulation/broadcast.ts';
import { flatten, ravel } from '../manipulation/ravel.ts';
import { repeat } from '../manipulation/repeat.ts';
import { type Order, reshape, reversed } from '../manipulation/reshape.ts';
import { squeeze } from '../manipulation/squeeze.ts';
import { matrixTranspose, swapaxes, transpose } from '../manipulation/transpose.ts';

/** Other shapes of the same elements. */
export interface ShapingMethods {
  /** Axes reversed; a view. */
  readonly T: NdArray;
  /** The last two axes swapped; a view. */
  readonly mT: NdArray;
  /** The same elements in another shape: a view where strides allow it, else a copy. One extent may be -1. */
  reshape(shape: number | readonly number[], options?: { readonly order?: Order }): NdArray;
  reshape(...shape: number[]): NdArray;
  /** One-dimensional: a view where possible. */
  ravel(options?: { readonly order?: Order | 'K' }): NdArray;
  /** One-dimensional copy. */
  flatten(options?: { readonly order?: Order | 'K' }): NdArray;
  /** Axes in another order (reversed unless given); a view. */
  transpose(axes?: readonly number[] | null | { readonly axes?: readonly number[] | null }): NdArray;
  transpose(...axes: number[]): NdArray;
  /** Two axes swapped; a view. */
  swapaxes(axis1: number, axis2: number): NdArray;
  /** Without axes of extent 1 (all, or those given); a view. */
  squeeze(
    axis?: number | readonly number[] | null | { readonly axis?: number | readonly number[] | null },
  ): NdArray;
  /** Read at a larger shape without a copy; a view that is not to be written to. */
  broadcastTo(shape: number | readonly number[]): NdArray;
  /** Elements repeated along an axis (over all elements, flat, unless given). */
  repeat(
    repeats: number | readonly number[] | NdArray,
    axis?: number | null | { readonly axis?: number | null },
  ): NdArray;
}

export const shapingMethods: ShapingMethods & ThisType<NdArray> = {
  get T(): NdArray {
    return reversed(this as unknown as NdArray);
  },
  get mT(): NdArray {
    return matrixTranspose(this as unknown as NdArray);
  },
  reshape(
    shape: number | readonly number[],
    ...rest: (number | { readonly order?: Order } | undefined)[]
  ): NdArray {
    const first = rest[0];
    if (typeof first !== 'number') return reshape(this, shape, first);
    return reshape(this, [shape as number, ...(rest as number[])]);
  },
  ravel(options) {
    return ravel(this, options);
  },
  flatten(options) {
    return flatten(this, options);
  },
  transpose(
    axes?: number | readonly number[] | null | { readonly axes?: readonly number[] | null },
    ...rest: number[]
  ): NdArray {
    return transpose(this, typeof axes === 'number' ? [axes, ...rest] : axes);
  },
  swapaxes(axis1, axis2) {
    return swapaxes(this, axis1, axis2);
  },
  squeeze(axis) {
    return squeeze(this, axis);
  },
  broadcastTo(shape) {
    return broadcastTo(this, shape);
  },
  repeat(repeats, axis) {
    return repeat(this, repeats, axis);
  },
};
