import type { Serializer } from '../core/serializer.ts';
import { EpochWalk, type Place, type WalkOptions } from './epoch-walk.ts';
import type { DatasetIterator } from './iterator.ts';
import type { OrderSampler } from './order-sampler.ts';

/** A batch that is being loaded. */
interface Loading<E> {
  readonly batch: Promise<E[]>;
  /** Where the walk was after it. */
  readonly place: Place;
  /** Orders that were drawn for it. */
  readonly drawn: readonly (readonly number[])[];
}

/**
 * What iterators share that load batches before they are asked for. Batches come in the order of SerialIterator, and what is shown and saved
 * (epoch, position, order) belongs to the last batch that was handed out: what was loaded ahead is loaded again after resuming.
 */
export abstract class PrefetchIterator<E> implements DatasetIterator<E> {
  private readonly walk: EpochWalk;
  private readonly nPrefetch: number;
  private readonly who: string;
  private shown: Place;
  private queue: Loading<E>[] = [];
  private closed = false;
  private size: number | null = null;

  constructor(who: string, batchSize: number, nPrefetch: number, options: WalkOptions) {
    if (!Number.isInteger(nPrefetch) || nPrefetch < 0)
      throw new Error(`[${who}] nPrefetch must be an integer of at least 0, got ${nPrefetch}`);
    this.walk = new EpochWalk(who, batchSize, options);
    this.shown = this.walk.place;
    this.nPrefetch = nPrefetch;
    this.who = who;
  }

  /** Number of examples. */
  protected abstract length(): number | Promise<number>;

  /** Loads examples; called before the batch is asked for. */
  protected abstract load(indices: readonly number[]): Promise<E[]>;

  /** Gives up what loads. */
  protected abstract close(): void | Promise<void>;

  /** Under which name the order is saved. */
  protected readonly orderKey: string = 'order';

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
    return this.shown.currentPosition;
  }

  get epoch(): number {
    return this.shown.epoch;
  }

  get isNewEpoch(): boolean {
    return this.shown.isNewEpoch;
  }

  get epochDetail(): number {
    const { epoch, currentPosition, order } = this.shown;
    // Before the first batch nobody has asked how many there are.
    return currentPosition === 0
      ? epoch
      : epoch + currentPosition / (order?.length ?? this.size ?? Number.NaN);
  }

  get previousEpochDetail(): number | null {
    return this.shown.previous < 0 ? null : this.shown.previous;
  }

  async next(): Promise<IteratorResult<E[], undefined>> {
    if (this.closed) throw new Error(`[${this.who}.next] the iterator was finalized; make a new one`);
    if (this.size === null) {
      this.size = await this.length();
      if (this.size === 0) throw new Error(`[${this.who}] the dataset is empty`);
    }
    this.fill(this.size);
    const first = this.queue[0];
    if (first === undefined) {
      this.shown = this.walk.place;
      return { done: true, value: undefined };
    }
    let value: E[];
    try {
      value = await first.batch;
    } catch (error) {
      this.rewind();
      throw error;
    }
    // Unless it was reset meanwhile.
    if (this.queue[0] === first) {
      this.queue.shift();
      this.shown = first.place;
    }
    return { done: false, value };
  }

  /** Has the next batch and those after it loaded. */
  private fill(n: number): void {
    this.walk.begin(n);
    while (this.queue.length <= this.nPrefetch) {
      const found = this.walk.next(n);
      if (found === null) break;
      const batch = this.load(found.indices);
      // It is awaited in its turn; a failure must not end the process before.
      batch.catch(() => {});
      this.queue.push({ batch, place: this.walk.place, drawn: found.drawn });
    }
  }

  /** Forgets what was loaded ahead, but not the orders that were drawn for it. */
  private rewind(): void {
    this.walk.ahead = this.drawnAhead();
    this.walk.place = this.shown;
    this.queue = [];
  }

  private drawnAhead(): (readonly number[])[] {
    return [...this.queue.flatMap(({ drawn }) => drawn), ...this.walk.ahead];
  }

  reset(): void {
    this.queue = [];
    this.walk.reset();
    this.shown = this.walk.place;
  }

  finalize(): void | Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.queue = [];
    return this.close();
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<E[]> {
    for (let result = await this.next(); !result.done; result = await this.next()) yield result.value;
  }

  [Symbol.iterator](): never {
    throw new TypeError(`[${this.who}] batches come asynchronously: use for await, or await next()`);
  }

  serialize(serializer: Serializer): void {
    const place = this.shown.order === null && this.queue.length === 0 ? this.walk.place : this.shown;
    this.walk.serialize(serializer, place, this.drawnAhead(), this.orderKey);
    if (serializer.writing) return;
    this.queue = [];
    this.shown = this.walk.place;
  }
}
