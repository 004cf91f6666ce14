import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import type { Nested } from '../creation/array.ts';
import type { Index } from '../indexing/grammar.ts';

/** An array, or what becomes one of indices. */
export type IndexArray = NdArray | readonly number[] | number;

/** How indices out of range are met. */
export type IndexMode = 'raise' | 'wrap' | 'clip';

/** Reading and writing parts. */
export interface IndexingMethods {
  /**
   * `x[...indices]`: numbers, slices (`s(1, 3)`, `'1:3'`), null (a new axis), `'...'`, integer or boolean arrays.
   *
   * Without arrays among the indices the result is a view, otherwise a copy.
   *
   * @throws {IndexError} for numbers out of range, too many indices, masks of another shape.
   */
  at(...indices: Index[]): NdArray;
  /** `x[...indices] = value`; `value` is broadcast and cast. */
  setAt(value: Scalar | NdArray | Nested, ...indices: Index[]): this;
  /** Elements at `indices` along an axis, or of the flat array. */
  take(
    indices: IndexArray | readonly (readonly number[])[],
    axis?:
      | number
      | null
      | { readonly axis?: number | null; readonly mode?: IndexMode; readonly out?: NdArray | null },
  ): NdArray;
  /** Sets elements of the flat array. */
  put(
    indices: IndexArray,
    values: NdArray | Scalar | readonly Scalar[],
    options?: { readonly mode?: IndexMode },
  ): this;
  /** Takes each element from the choice that this array of indices names. */
  choose(
    choices: readonly (NdArray | Scalar)[] | NdArray,
    options?: { readonly mode?: IndexMode; readonly out?: NdArray | null },
  ): NdArray;
  /** Slices along an axis where `condition` is true. */
  compress(
    condition: NdArray | readonly boolean[],
    options?: { readonly axis?: number | null; readonly out?: NdArray | null },
  ): NdArray;
  /** A diagonal; a view. */
  diagonal(options?: { readonly offset?: number; readonly axis1?: number; readonly axis2?: number }): NdArray;
  /** Indices (int32) of the elements that are not zero, one array per axis. */
  nonzero(): NdArray[];
  /** `x[indices] += value`, where indices may repeat. */
  scatterAdd(indices: Index | readonly Index[], value: NdArray | Scalar): this;
  /** `x[indices] = max(x[indices], value)`, where indices may repeat. */
  scatterMax(indices: Index | readonly Index[], value: NdArray | Scalar): this;
  /** `x[indices] = min(x[indices], value)`, where indices may repeat. */
  scatterMin(indices: Index | readonly Index[], value: NdArray | Scalar): this;
}
