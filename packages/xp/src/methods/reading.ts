import type { Device } from '../core/device.ts';
import type { TypedArray } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import {
  data,
  dataSync,
  flatScalars,
  item,
  itemSync,
  type NestedScalars,
  type ReadOptions,
  toArray,
  toArraySync,
} from '../core/read.ts';
import { toDevice, toDeviceAsync } from '../creation/copy.ts';

/** Where elements are and what they are: the methods that arrays have in every program. */
export interface ReadingMethods {
  /** Distance between neighbours along each axis in bytes. */
  readonly strides: readonly number[];
  /** Bytes of one element. */
  readonly itemsize: number;
  /** Bytes of all elements. */
  readonly nbytes: number;

  /** The array on another device: itself if it is there already. @throws {NeedsHostSyncError} where its own device cannot be read without waiting. */
  to(device: Device | string): NdArray;
  /** The same, from every device. */
  toAsync(device: Device | string): Promise<NdArray>;
  /** Gives the memory back now. Using the array, or a view of it, afterwards throws. */
  release(): void;
  [Symbol.dispose](): void;

  /** Raw elements in C order, as stored (halves as bits, complex as pairs). */
  data(): Promise<TypedArray>;
  /** The same without waiting. @throws {NeedsHostSyncError} where the device cannot. */
  dataSync(): TypedArray;
  /** Nested lists of the elements. @throws {UnsafeIntegerError} for 64-bit integers without an exact number. */
  toArray(options?: ReadOptions): Promise<NestedScalars>;
  /** The same without waiting. */
  toArraySync(options?: ReadOptions): NestedScalars;
  /** NumPy's name of `toArraySync`. */
  tolist(options?: ReadOptions): NestedScalars;
  /** The only element. @throws {ValueError} if there are more or none. */
  item(options?: ReadOptions): Promise<Scalar>;
  /** The same without waiting. */
  itemSync(options?: ReadOptions): Scalar;
  /** All elements in C order, 64-bit integers as BigInts. */
  flatScalars(): Scalar[];
}

export const readingMethods: ReadingMethods & ThisType<NdArray> = {
  get strides(): readonly number[] {
    const x = this as unknown as NdArray;
    return x.steps.map((s) => s * x.dtype.itemsize);
  },
  get itemsize(): number {
    return (this as unknown as NdArray).dtype.itemsize;
  },
  get nbytes(): number {
    const x = this as unknown as NdArray;
    return x.size * x.dtype.itemsize;
  },
  to(device) {
    return toDevice(this, device);
  },
  toAsync(device) {
    return toDeviceAsync(this, device);
  },
  release() {
    this.storage.release();
  },
  [Symbol.dispose]() {
    this.storage.release();
  },
  data() {
    return data(this);
  },
  dataSync() {
    return dataSync(this);
  },
  toArray(options) {
    return toArray(this, options);
  },
  toArraySync(options) {
    return toArraySync(this, options);
  },
  tolist(options) {
    return toArraySync(this, options);
  },
  item(options) {
    return item(this, options);
  },
  itemSync(options) {
    return itemSync(this, options);
  },
  flatScalars() {
    return flatScalars(this);
  },
};
