import type { NdArray } from '../core/ndarray.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { argpartition, partition } from '../sorting/partition.ts';
import { type SearchOptions, searchsorted } from '../sorting/searchsorted.ts';
import { argsort, type SortOptions, sort } from '../sorting/sort.ts';

/** Sorting and searching. */
export interface SortingMethods {
  /** Sorts in place along `axis` (the last unless given), NaN last. The function `sort` gives a copy. */
  sort(axis?: number | SortOptions): this;
  /** Indices that sort along `axis`, stable. */
  argsort(axis?: number | null | SortOptions): NdArray;
  /** Reorders in place so that the elements at `kth` are where sorting would put them. */
  partition(kth: number | readonly number[], axis?: number | SortOptions): this;
  /** Indices that do so. */
  argpartition(kth: number | readonly number[], axis?: number | null | SortOptions): NdArray;
  /** Where to insert `v` to keep this sorted array sorted. */
  searchsorted(v: ArrayLike, options?: SearchOptions): NdArray;
}

/** In place there is no flat result: an axis is needed. */
function axisInPlace(axis: number | SortOptions | undefined, who: string): number | SortOptions | undefined {
  if (axis === null || (typeof axis === 'object' && axis.axis === null)) {
    throw new ValueError(
      `[${who}] in place an axis is needed, got null; the function ${who}(x, null) sorts the flat array`,
    );
  }
  return axis;
}

export const sortingMethods: SortingMethods & ThisType<NdArray> = {
  sort(axis) {
    const sorted = sort(this, axisInPlace(axis, 'sort'));
    if (this.size > 0) this.device.kernels.copy(sorted, this);
    return this;
  },
  argsort(axis) {
    return argsort(this, axis);
  },
  partition(kth, axis) {
    const parted = partition(this, kth, axisInPlace(axis, 'partition'));
    if (this.size > 0) this.device.kernels.copy(parted, this);
    return this;
  },
  argpartition(kth, axis) {
    return argpartition(this, kth, axis);
  },
  searchsorted(v, options) {
    return searchsorted(this, v, options);
  },
};
