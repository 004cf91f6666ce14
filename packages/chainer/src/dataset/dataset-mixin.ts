import type { Dataset } from './dataset.ts';

/**
 * Base of datasets written by users: define `length` and `getExample(i)`, and indexing, slices and iteration follow.
 *
 * @example
 * import { DatasetMixin } from 'chainer/dataset';
 * class Squares extends DatasetMixin<number> {
 *   length = 4;
 *   getExample(i: number) {
 *     return i * i;
 *   }
 * }
 * new Squares().slice(1, 3); // [1, 4]
 */
export abstract class DatasetMixin<E = unknown> implements Dataset<E> {
  /** Number of examples. */
  abstract readonly length: number;

  /** Example `i`, where `0 <= i < length`. */
  abstract getExample(i: number): E;

  /** Example `index`; negative ones count from the end. @throws {RangeError} outside. */
  at(index: number): E {
    const i = index < 0 ? index + this.length : index;
    if (!Number.isInteger(i) || i < 0 || i >= this.length) {
      throw new RangeError(
        `[${this.constructor.name}.at] index ${index} is out of range for ${this.length} examples`,
      );
    }
    return this.getExample(i);
  }

  /** Examples at the indices. */
  take(indices: Iterable<number>): E[] {
    return Array.from(indices, (i) => this.at(i));
  }

  /** Examples from `start` up to `stop`, every `step`-th, with Python's rules. */
  slice(start: number | null = null, stop: number | null = null, step = 1): E[] {
    return this.take(sliceIndices(start, stop, step, this.length));
  }

  *[Symbol.iterator](): IterableIterator<E> {
    for (let i = 0; i < this.length; i++) yield this.getExample(i);
  }
}

/** Indices of a Python slice of `n` things. */
export function sliceIndices(start: number | null, stop: number | null, step: number, n: number): number[] {
  if (!Number.isInteger(step) || step === 0)
    throw new RangeError(`[slice] step must be an integer other than 0, got ${step}`);
  const [low, high] = step > 0 ? [0, n] : [-1, n - 1];
  const bound = (value: number | null, missing: number): number =>
    value === null ? missing : Math.min(Math.max(value < 0 ? value + n : value, low), high);
  const from = bound(start, step > 0 ? low : high);
  const to = bound(stop, step > 0 ? high : low);
  const indices: number[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) indices.push(i);
  return indices;
}
