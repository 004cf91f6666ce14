import type { NdArray } from '../core/ndarray.ts';

/** Sorting and searching. */
export interface SortingMethods {
  /** Sorts in place along `axis` (the last unless given), NaN last. */
  sort(axis?: number | null | { readonly axis?: number | null }): this;
  /** Indices (int32) that sort along `axis`, stable. */
  argsort(axis?: number | null | { readonly axis?: number | null }): NdArray;
  /** Reorders in place so that the element at `kth` is where sorting would put it. */
  partition(kth: number | readonly number[], options?: { readonly axis?: number | null }): this;
  /** Indices (int32) that do so. */
  argpartition(kth: number | readonly number[], options?: { readonly axis?: number | null }): NdArray;
  /** Where to insert `v` to keep this sorted array sorted. */
  searchsorted(
    v: NdArray | number,
    options?: { readonly side?: 'left' | 'right'; readonly sorter?: NdArray | null },
  ): NdArray;
}
