import { checkOptions } from '../core/check-options.ts';
import type { Serializer } from '../core/serializer.ts';
import { together } from '../dataset/asynchronous.ts';
import { type Dataset, exampleOf, lengthOf } from '../dataset/dataset.ts';
import { EpochWalk, type WalkOptions } from './epoch-walk.ts';
import type { DatasetIterator } from './iterator.ts';
import type { OrderSampler } from './order-sampler.ts';

/** Options of `SerialIterator`. */
export interface SerialIteratorOptions extends WalkOptions {}

/** What `next` gives: a promise where the examples are promises. */
export type NextBatch<E> = [E] extends [Promise<infer T>]
  ? Promise<IteratorResult<T[], undefined>>
  : IteratorResult<E[], undefined>;

/**
 * Batches of a dataset in the order of an order sampler.
 *
 * With `repeat` every batch is full: one may straddle two epochs. Without, the last batch may be short, and the iteration ends. Where the
 * dataset loads its examples asynchronously, as images are, `next` returns a promise.
 *
 * @throws {Error} if both `shuffle` and `orderSampler` are given, or the batch size is not positive.
 * @example
 * import { SerialIterator } from 'chainer/iterators';
 * const batches = new SerialIterator([1, 2, 3, 4, 5], 2, { repeat: false, shuffle: false });
 * [...batches]; // [[1, 2], [3, 4], [5]]
 */
export class SerialIterator<E = unknown> implements DatasetIterator {
  readonly dataset: Dataset<E>;
  private readonly walk: EpochWalk;

  constructor(dataset: Dataset<E>, batchSize: number, options: SerialIteratorOptions = {}) {
    checkOptions('SerialIterator', options, ['repeat', 'shuffle', 'orderSampler']);
    if (lengthOf(dataset, 'SerialIterator') === 0) throw new Error('[SerialIterator] the dataset is empty');
    this.walk = new EpochWalk('SerialIterator', batchSize, options);
    this.dataset = dataset;
    this.reset();
  }

  get batchSize(): number {
    return this.walk.batchSize;
  }

  get repeat(): boolean {
    return this.walk.repeat;
  }

  get orderSampler(): OrderSampler | null {
    return this.walk.orderSampler;
  }

  /** Examples of the running epoch that were given out. */
  get currentPosition(): number {
    return this.walk.place.currentPosition;
  }

  get epoch(): number {
    return this.walk.place.epoch;
  }

  get isNewEpoch(): boolean {
    return this.walk.place.isNewEpoch;
  }

  /** Order of the running epoch, or null: as they are. */
  get order(): readonly number[] | null {
    return this.walk.place.order;
  }

  /** Examples of an epoch. */
  get epochSize(): number {
    return this.order?.length ?? lengthOf(this.dataset);
  }

  get epochDetail(): number {
    return this.epoch + this.currentPosition / this.epochSize;
  }

  get previousEpochDetail(): number | null {
    const { previous } = this.walk.place;
    return previous < 0 ? null : previous;
  }

  next(): NextBatch<E> {
    const found = this.walk.next(lengthOf(this.dataset));
    if (found === null) return { done: true, value: undefined } as NextBatch<E>;
    const examples = found.indices.map((i) => exampleOf(this.dataset, i, 'SerialIterator'));
    return together(examples, (value) => ({ done: false, value })) as NextBatch<E>;
  }

  [Symbol.iterator](): IterableIterator<E[], undefined> {
    return this as unknown as IterableIterator<E[], undefined>;
  }

  reset(): void {
    this.walk.reset();
    this.walk.begin(lengthOf(this.dataset));
  }

  finalize(): void {}

  serialize(serializer: Serializer): void {
    this.walk.serialize(serializer, this.walk.place, this.walk.ahead);
  }
}
