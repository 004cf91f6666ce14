import { copy, keep, NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import type { CanSerialize, Serializer } from '../core/serializer.ts';
import { Variable } from '../core/variable.ts';
import { floatValue } from '../serializers/values.ts';

/** A scalar as it is reported: a number, or an array or variable of one element. */
export type ScalarLike = number | boolean | bigint | NdArray | Variable;

/** Arrays that wait to be read are folded in when that many are there, on devices that can be read without waiting. */
const patience = 64;

/** A value and its weight, of which at least one is an array that was not read yet. */
interface Waiting {
  readonly value: number | NdArray;
  readonly weight: number | NdArray;
}

/** A number as it is; an array as one that stays until it is read. */
function waiting(x: ScalarLike): number | NdArray {
  if (!(x instanceof Variable || x instanceof NdArray)) return Number(x);
  const array = x instanceof Variable ? x.array : x;
  if (array.size !== 1)
    throw new Error(`[Summary.add] expected one element, got shape [${array.shape.join(', ')}]`);
  // Where memory is released at once, the value would be gone with its step: a copy waits in its place.
  return array.device.synchronous ? array : keep(copy(array));
}

/** Whether everything can be read without waiting. */
const readable = ({ value, weight }: Waiting): boolean =>
  [value, weight].every((x) => typeof x === 'number' || x.device.synchronous);

/** Whether a value is a scalar that a summary can take. */
export function isScalarLike(value: unknown): value is ScalarLike {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return true;
  if (value instanceof Variable || value instanceof NdArray) return value.ndim === 0;
  return false;
}

/**
 * Mean and standard deviation of a stream of scalars. Values on a device are read only when somebody asks.
 *
 * @example
 * import { Summary } from 'chainer';
 * const summary = new Summary();
 * summary.add(1);
 * summary.add(3);
 * await summary.makeStatistics(); // [2, 1]
 */
export class Summary implements CanSerialize {
  private x = 0;
  private x2 = 0;
  private n = 0;
  /** Values that are being read, and what went wrong with them. */
  private reading: Promise<unknown> = Promise.resolve();
  private unread = 0;
  private readonly failures: unknown[] = [];
  private pending: Waiting[] = [];

  /** Adds a value, which counts `weight` times. Arrays are read later, together. */
  add(value: ScalarLike, options: { readonly weight?: ScalarLike } = {}): void {
    checkOptions('Summary.add', options, ['weight']);
    const entry = { value: waiting(value), weight: waiting(options.weight ?? 1) };
    if (typeof entry.value === 'number' && typeof entry.weight === 'number') {
      this.fold(entry.value, entry.weight);
      return;
    }
    this.pending.push(entry);
    if (this.pending.length < patience) return;
    if (this.pending.every(readable)) this.foldSync();
    else this.reading = this.settle().catch((error: unknown) => this.failures.push(error));
  }

  private fold(value: number, weight: number): void {
    this.x += weight * value;
    this.x2 += weight * value * value;
    this.n += weight;
  }

  private foldSync(): void {
    const entries = this.pending;
    this.pending = [];
    const now = (x: number | NdArray) => (typeof x === 'number' ? x : Number(x.itemSync()));
    for (const { value, weight } of entries) this.fold(now(value), now(weight));
  }

  /** Reads the values that wait on a device. */
  async settle(): Promise<void> {
    const before = this.reading;
    const entries = this.pending;
    this.pending = [];
    this.unread += entries.length;
    // All are asked for before the first is waited for.
    const read = (x: number | NdArray) =>
      typeof x === 'number' ? x : x.device.synchronous ? x.itemSync() : x.item();
    const numbers = await Promise.all(entries.map((e) => Promise.all([read(e.value), read(e.weight)])));
    await before;
    this.unread -= entries.length;
    entries.forEach(({ value, weight }, i) => {
      this.fold(Number(numbers[i]?.[0]), Number(numbers[i]?.[1]));
      for (const x of [value, weight])
        if (typeof x !== 'number' && !x.device.synchronous) x.storage.release();
    });
    if (this.failures.length > 0) throw this.failures.shift();
  }

  /** The weighted mean; NaN of nothing. */
  async computeMean(): Promise<number> {
    await this.settle();
    return this.x / this.n;
  }

  /** The weighted sum. */
  async computeSum(): Promise<number> {
    await this.settle();
    return this.x;
  }

  /** `[mean, std]`, with `std = sqrt(E[x²] - mean²)`. */
  async makeStatistics(): Promise<[number, number]> {
    await this.settle();
    const mean = this.x / this.n;
    return [mean, Math.sqrt(Math.max(this.x2 / this.n - mean * mean, 0))];
  }

  serialize(serializer: Serializer): void {
    if (serializer.writing) {
      if (this.unread === 0 && this.pending.every(readable)) this.foldSync();
      else
        throw new Error(
          '[Summary.serialize] values wait on an asynchronous device; await summary.settle() before',
        );
    } else this.pending = [];
    this.x = floatValue(serializer, '_x', this.x);
    this.x2 = floatValue(serializer, '_x2', this.x2);
    this.n = serializer.value('_n', this.n);
  }
}
