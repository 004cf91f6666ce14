import type { Serializer } from '../core/serializer.ts';
import { floatValue, integersValue } from '../serializers/values.ts';
import { type OrderSampler, ShuffleOrderSampler } from './order-sampler.ts';

/** How a dataset is gone through. */
export interface WalkOptions {
  /** Begin anew after the last example (the rule), or end there. */
  readonly repeat?: boolean;
  /** Shuffle at every epoch: the rule where no `orderSampler` is given. */
  readonly shuffle?: boolean | null;
  /** Decides the order of every epoch. */
  readonly orderSampler?: OrderSampler | null;
}

/** Where a walk is. */
export interface Place {
  /** Examples of the running epoch that were given out. */
  readonly currentPosition: number;
  readonly epoch: number;
  readonly isNewEpoch: boolean;
  /** `epochDetail` before the last batch, -1 before the first. */
  readonly previous: number;
  /** Order of the running epoch; null: as they are, or not drawn yet. */
  readonly order: readonly number[] | null;
}

const start: Place = { currentPosition: 0, epoch: 0, isNewEpoch: false, previous: -1, order: null };

/** Which examples come in which batch. It knows indices only; iterators fetch the examples. */
export class EpochWalk {
  readonly batchSize: number;
  readonly repeat: boolean;
  readonly orderSampler: OrderSampler | null;
  place: Place = start;
  /** Orders that were drawn in an earlier run and are still to come: they are used before others are drawn. */
  ahead: (readonly number[])[] = [];
  private readonly who: string;

  constructor(
    who: string,
    batchSize: number,
    { repeat = true, shuffle = null, orderSampler = null }: WalkOptions,
  ) {
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new Error(`[${who}] batchSize must be a positive integer, got ${batchSize}`);
    if (orderSampler !== null && shuffle !== null) {
      throw new Error(
        `[${who}] shuffle (${shuffle}) and orderSampler cannot both be given; leave shuffle out, the sampler decides the order`,
      );
    }
    this.who = who;
    this.batchSize = batchSize;
    this.repeat = repeat;
    this.orderSampler = orderSampler ?? (shuffle === false ? null : new ShuffleOrderSampler());
  }

  /** Draws the first order, where there is none. @throws {Error} if the one that was loaded is another dataset's. */
  begin(n: number): void {
    const { order } = this.place;
    if (order !== null && order.length !== n)
      throw new Error(
        `[${this.who}] the order that was loaded is one of ${order.length} examples, but the dataset has ${n}`,
      );
    if (order === null) this.place = { ...this.place, order: this.draw(n, 0) };
  }

  /** Goes back to the start. */
  reset(): void {
    this.place = start;
    this.ahead = [];
  }

  /** Indices of the next batch of `n` examples, and the orders that were drawn for it; null at the end. */
  next(n: number): { readonly indices: number[]; readonly drawn: (readonly number[])[] } | null {
    const before = this.place;
    const size = before.order?.length ?? n;
    const previous = before.epoch + before.currentPosition / size;
    if (!this.repeat && before.epoch > 0) {
      this.place = { ...before, previous };
      return null;
    }
    const indices: number[] = [];
    const drawn: (readonly number[])[] = [];
    let { currentPosition: position, epoch, order } = before;
    let isNewEpoch = false;
    while (true) {
      const end = Math.min(position + this.batchSize - indices.length, size);
      for (; position < end; position++)
        indices.push(order === null ? position : (order[position] as number));
      if (position < size) break;
      position = 0;
      epoch++;
      isNewEpoch = true;
      if (!this.repeat) break;
      order = this.draw(n, before.currentPosition, order);
      if (order !== null) drawn.push(order);
      if (indices.length === this.batchSize) break;
    }
    this.place = { currentPosition: position, epoch, isNewEpoch, previous, order };
    return { indices, drawn };
  }

  /** The order of an epoch that begins. */
  private draw(n: number, position: number, last: readonly number[] | null = null): readonly number[] | null {
    const sampler = this.orderSampler;
    if (sampler === null) return null;
    const known = this.ahead.shift();
    if (known !== undefined) return known;
    const before = last ?? Array.from({ length: n }, (_, i) => i);
    const order = Array.from(
      typeof sampler === 'function' ? sampler(before, position) : sampler.sample(before, position),
    );
    if (order.length !== before.length) {
      throw new Error(
        `[${this.who}] the order sampler gave ${order.length} indices, the order before had ${before.length}`,
      );
    }
    return order;
  }

  /** Carries a place, and the orders that were drawn after it, under Chainer's keys. */
  serialize(
    serializer: Serializer,
    place: Place,
    ahead: readonly (readonly number[])[],
    orderKey = 'order',
  ): void {
    const currentPosition = serializer.value('current_position', place.currentPosition);
    const epoch = serializer.value('epoch', place.epoch);
    const isNewEpoch = serializer.value('is_new_epoch', place.isNewEpoch);
    let { order } = place;
    const key = serializer.writing ? orderKey : serializer.has('order') ? 'order' : '_order';
    const expected =
      this.orderSampler !== null && (order !== null || (!serializer.writing && serializer.has(key)));
    if (expected) order = integersValue(serializer, key, order);
    const previous = floatValue(serializer, 'previous_epoch_detail', place.previous);
    this.serializeAhead(serializer, ahead, order?.length ?? 0);
    const sampler = this.orderSampler;
    if (sampler !== null && typeof sampler !== 'function')
      sampler.serialize?.(serializer.child('order_sampler'));
    if (!serializer.writing) this.place = { currentPosition, epoch, isNewEpoch, previous, order };
  }

  /** Orders drawn ahead stand one after another; Chainer's files have none. */
  private serializeAhead(serializer: Serializer, ahead: readonly (readonly number[])[], n: number): void {
    if (serializer.writing) {
      if (ahead.length > 0) integersValue(serializer, 'orders_ahead', ahead.flat());
      return;
    }
    const flat = serializer.has('orders_ahead')
      ? (integersValue(serializer, 'orders_ahead', null) ?? [])
      : [];
    this.ahead = Array.from({ length: n === 0 ? 0 : flat.length / n }, (_, k) =>
      flat.slice(k * n, (k + 1) * n),
    );
  }
}
