import { copy, keep, NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import type { CanSerialize, Serializer } from '../core/serializer.ts';
import { Variable } from '../core/variable.ts';
import { floatValue } from '../serializers/values.ts';

/** A scalar as it is reported: a number, or an array or variable of one element. */
export type ScalarLike = number | boolean | bigint | NdArray | Variable;

/** Arrays that wait to be read are folded in when that many are there, on devices that can be read without waiting. */
const patience = 64;

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
  private pending: { readonly array: NdArray; readonly weight: number }[] = [];

  /** Adds a value, which counts `weight` times. */
  add(value: ScalarLike, options: { readonly weight?: number } = {}): void {
    checkOptions('Summary.add', options, ['weight']);
    const weight = options.weight ?? 1;
    if (value instanceof Variable || value instanceof NdArray) {
      const array = value instanceof Variable ? value.array : value;
      if (array.size !== 1)
        throw new Error(`[Summary.add] expected one element, got shape [${array.shape.join(', ')}]`);
      // Where memory is released at once, the value would be gone with its step: a copy waits in its place.
      const { synchronous } = array.device;
      this.pending.push({ array: synchronous ? array : keep(copy(array)), weight });
      if (this.pending.length < patience) return;
      if (synchronous) this.foldSync();
      else this.reading = this.settle().catch((error: unknown) => this.failures.push(error));
    } else this.fold(Number(value), weight);
  }

  private fold(value: number, weight: number): void {
    this.x += weight * value;
    this.x2 += weight * value * value;
    this.n += weight;
  }

  private foldSync(): void {
    const waiting = this.pending;
    this.pending = [];
    for (const { array, weight } of waiting) this.fold(Number(array.itemSync()), weight);
  }

  /** Reads the values that wait on a device. */
  async settle(): Promise<void> {
    const before = this.reading;
    const waiting = this.pending;
    this.pending = [];
    this.unread += waiting.length;
    // All are asked for before the first is waited for.
    const read = waiting.map(({ array }) => (array.device.synchronous ? array.itemSync() : array.item()));
    const values = await Promise.all(read);
    await before;
    this.unread -= waiting.length;
    waiting.forEach(({ array, weight }, i) => {
      this.fold(Number(values[i]), weight);
      if (!array.device.synchronous) array.storage.release();
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
      if (this.unread === 0 && this.pending.every(({ array }) => array.device.synchronous)) this.foldSync();
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
