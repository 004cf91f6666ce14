import { checkOptions } from '../core/check-options.ts';
import type { Serializer } from '../core/serializer.ts';
import { type Dataset, exampleOf, lengthOf } from '../dataset/dataset.ts';
import { floatValue, integersValue } from '../serializers/values.ts';
import type { DatasetIterator } from './iterator.ts';
import { type OrderSampler, ShuffleOrderSampler } from './order-sampler.ts';

/** Options of `SerialIterator`. */
export interface SerialIteratorOptions {
  /** Begin anew after the last example (the rule), or end there. */
  readonly repeat?: boolean;
  /** Shuffle at every epoch: the rule where no `orderSampler` is given. */
  readonly shuffle?: boolean | null;
  /** Decides the order of every epoch. */
  readonly orderSampler?: OrderSampler | null;
}

/**
 * Batches of a dataset in the order of an order sampler.
 *
 * With `repeat` every batch is full: one may straddle two epochs. Without, the last batch may be short, and the iteration ends.
 *
 * @throws {Error} if both `shuffle` and `orderSampler` are given, or the batch size is not positive.
 * @example
 * import { SerialIterator } from 'chainer/iterators';
 * const batches = new SerialIterator([1, 2, 3, 4, 5], 2, { repeat: false, shuffle: false });
 * [...batches]; // [[1, 2], [3, 4], [5]]
 */
export class SerialIterator<E = unknown> implements DatasetIterator<E>, IterableIterator<E[], undefined> {
  readonly dataset: Dataset<E>;
  readonly batchSize: number;
  readonly repeat: boolean;
  readonly orderSampler: OrderSampler | null;
  /** Examples of the running epoch that were given out. */
  currentPosition = 0;
  epoch = 0;
  isNewEpoch = false;
  /** Order of the running epoch, or null: as they are. */
  order: number[] | null = null;
  private previous = -1;

  constructor(dataset: Dataset<E>, batchSize: number, options: SerialIteratorOptions = {}) {
    checkOptions('SerialIterator', options, ['repeat', 'shuffle', 'orderSampler']);
    const { repeat = true, shuffle = null, orderSampler = null } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new Error(`[SerialIterator] batchSize must be a positive integer, got ${batchSize}`);
    if (lengthOf(dataset, 'SerialIterator') === 0) throw new Error('[SerialIterator] the dataset is empty');
    if (orderSampler !== null && shuffle !== null) {
      throw new Error(
        `[SerialIterator] shuffle (${shuffle}) and orderSampler cannot both be given; leave shuffle out, the sampler decides the order`,
      );
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.repeat = repeat;
    this.orderSampler = orderSampler ?? (shuffle === false ? null : new ShuffleOrderSampler());
    this.reset();
  }

  /** Examples of an epoch. */
  get epochSize(): number {
    return this.order?.length ?? lengthOf(this.dataset);
  }

  get epochDetail(): number {
    return this.epoch + this.currentPosition / this.epochSize;
  }

  get previousEpochDetail(): number | null {
    return this.previous < 0 ? null : this.previous;
  }

  next(): IteratorResult<E[], undefined> {
    this.previous = this.epochDetail;
    if (!this.repeat && this.epoch > 0) return { done: true, value: undefined };
    const n = this.epochSize;
    const begin = this.currentPosition;
    const batch: E[] = [];
    this.isNewEpoch = false;
    let position = begin;
    while (true) {
      const end = Math.min(position + this.batchSize - batch.length, n);
      for (; position < end; position++) {
        batch.push(
          exampleOf(
            this.dataset,
            this.order === null ? position : (this.order[position] as number),
            'SerialIterator',
          ),
        );
      }
      if (position < n) break;
      position = 0;
      this.epoch++;
      this.isNewEpoch = true;
      if (!this.repeat) break;
      this.order = this.sample(begin);
      if (batch.length === this.batchSize) break;
    }
    this.currentPosition = position;
    return { done: false, value: batch };
  }

  [Symbol.iterator](): this {
    return this;
  }

  /** The order of the epoch that begins. */
  private sample(position: number): number[] | null {
    if (this.orderSampler === null) return null;
    const before = this.order ?? Array.from({ length: lengthOf(this.dataset) }, (_, i) => i);
    const sampler = this.orderSampler;
    const order = Array.from(
      typeof sampler === 'function' ? sampler(before, position) : sampler.sample(before, position),
    );
    if (order.length !== before.length) {
      throw new Error(
        `[SerialIterator] the order sampler gave ${order.length} indices, the order before had ${before.length}`,
      );
    }
    return order;
  }

  reset(): void {
    this.currentPosition = 0;
    this.epoch = 0;
    this.isNewEpoch = false;
    this.previous = -1;
    this.order = this.sample(0);
  }

  finalize(): void {}

  serialize(serializer: Serializer): void {
    this.currentPosition = serializer.value('current_position', this.currentPosition);
    this.epoch = serializer.value('epoch', this.epoch);
    this.isNewEpoch = serializer.value('is_new_epoch', this.isNewEpoch);
    if (this.order !== null) {
      const key =
        serializer.writing || serializer.has('order') || !serializer.has('_order') ? 'order' : '_order';
      this.order = integersValue(serializer, key, this.order);
    }
    this.previous = floatValue(serializer, 'previous_epoch_detail', this.previous);
    const sampler = this.orderSampler;
    if (sampler !== null && typeof sampler !== 'function')
      sampler.serialize?.(serializer.child('order_sampler'));
  }
}
