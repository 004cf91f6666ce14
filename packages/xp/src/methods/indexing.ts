import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import type { ArrayLike } from '../creation/array.ts';
import { at } from '../indexing/at.ts';
import { choose } from '../indexing/choose.ts';
import { type Condition, compress } from '../indexing/compress.ts';
import { type DiagonalOptions, diagonal } from '../indexing/diagonal.ts';
import type { Index } from '../indexing/grammar.ts';
import type { IndexMode, IntegerIndices } from '../indexing/mode.ts';
import { nonzero } from '../indexing/nonzero.ts';
import { put } from '../indexing/put.ts';
import { type Indices, scatterAdd, scatterMax, scatterMin } from '../indexing/scatter.ts';
import { type Assignable, setAt } from '../indexing/setat.ts';
import { type TakeOptions, take } from '../indexing/take.ts';

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
  setAt(value: Assignable, ...indices: Index[]): this;
  /** Elements at `indices` along an axis, or of the flat array. */
  take(indices: IntegerIndices, axis?: number | null | TakeOptions): NdArray;
  /** Sets elements of the flat array. */
  put(indices: IntegerIndices, values: ArrayLike, options?: { readonly mode?: IndexMode }): this;
  /** Takes each element from the choice that this array of indices names. */
  choose(
    choices: readonly (NdArray | Scalar)[] | NdArray,
    options?: { readonly mode?: IndexMode; readonly out?: NdArray | null },
  ): NdArray;
  /** Slices along an axis where `condition` is true. */
  compress(
    condition: Condition,
    options?: { readonly axis?: number | null; readonly out?: NdArray | null },
  ): NdArray;
  /** A diagonal; a view. */
  diagonal(options?: DiagonalOptions): NdArray;
  /** Indices (int32) of the elements that are not zero, one array per axis. */
  nonzero(): NdArray[];
  /** `x[indices] += value`, where indices may repeat. */
  scatterAdd(indices: Indices, value: NdArray | Scalar): this;
  /** `x[indices] = max(x[indices], value)`, where indices may repeat. */
  scatterMax(indices: Indices, value: NdArray | Scalar): this;
  /** `x[indices] = min(x[indices], value)`, where indices may repeat. */
  scatterMin(indices: Indices, value: NdArray | Scalar): this;
}

export const indexingMethods: IndexingMethods & ThisType<NdArray> = {
  at(...indices) {
    return at(this, indices);
  },
  setAt(value, ...indices) {
    setAt(this, value, indices);
    return this;
  },
  take(indices, axis) {
    return take(this, indices, axis);
  },
  put(indices, values, options) {
    put(this, indices, values, options);
    return this;
  },
  choose(choices, options) {
    return choose(this, choices, options);
  },
  compress(condition, options) {
    return compress(condition, this, options);
  },
  diagonal(options) {
    return diagonal(this, options);
  },
  nonzero() {
    return nonzero(this);
  },
  scatterAdd(indices, value) {
    scatterAdd(this, indices, value);
    return this;
  },
  scatterMax(indices, value) {
    scatterMax(this, indices, value);
    return this;
  },
  scatterMin(indices, value) {
    scatterMin(this, indices, value);
    return this;
  },
};
