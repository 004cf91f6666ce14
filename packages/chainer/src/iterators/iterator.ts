import type { Serializer } from '../core/serializer.ts';

/** Batches of a dataset, one after another. `for (const batch of iterator)` works too. */
export interface DatasetIterator<E = unknown> extends Iterable<E[]> {
  /** Examples of a batch. */
  readonly batchSize?: number;
  /** Whether it begins anew after the last example. */
  readonly repeat?: boolean;
  /** Epochs completed. */
  readonly epoch: number;
  /** Whether the last batch completed an epoch. */
  readonly isNewEpoch: boolean;
  /** Epochs with the fraction of the running one. */
  readonly epochDetail: number;
  /** `epochDetail` before the last batch; null before the first. */
  readonly previousEpochDetail: number | null;
  /** The next batch. */
  next(): IteratorResult<E[], undefined> | Promise<IteratorResult<E[], undefined>>;
  /** Goes back to the start. */
  reset?(): void;
  /** Gives up what it holds (workers, files). */
  finalize?(): void | Promise<void>;
  serialize?(serializer: Serializer): void;
}
