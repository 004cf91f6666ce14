import {
  type Device,
  DeviceError,
  type DType,
  type NdArray,
  Storage,
  type TypedArray,
} from '@chainer/xp/internal';
import type { Handle } from './handles.ts';
import type { Allocation } from './memory.ts';
import type { Stream } from './streams.ts';

/** A place in a processor's memory, as kernels take it. */
export interface CudaStorageView {
  readonly address: number;
  /** What it is part of, if an array. */
  readonly storage?: CudaStorage;
}

/** Memory of an array on a `cuda` device. */
export class CudaStorage extends Storage {
  private readonly allocation: Allocation;
  /** As long as it is referenced, the memory stays. */
  private handle: Handle | null;

  constructor(device: Device, nbytes: number, allocation: Allocation, handle: Handle) {
    super(device, nbytes);
    this.allocation = allocation;
    this.handle = handle;
  }

  /** Where it starts. @throws {ReleasedError} after `release()`. */
  get address(): number {
    if (this.released) this.throwReleased();
    return this.allocation.block.address;
  }

  /** Where it was made; in debug mode. */
  get site(): string | null {
    return this.allocation.site;
  }

  /** Takes note that a stream reads or writes it. */
  usedBy(stream: Stream): void {
    if (stream !== this.allocation.stream) this.allocation.others.add(stream);
  }

  view(_: DType): TypedArray {
    throw new DeviceError(
      `[${this.device.name}] the host does not see this memory: read the array by toArraySync(), dataSync() or await x.data()`,
    );
  }

  override abandon(): void {
    if (!this.released) this.allocation.suspect();
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.allocation.release(this.handle as Handle);
    this.handle = null;
  }
}

/** The storage of an array. @throws {DeviceError} if it lives elsewhere. */
export function storageOf(x: NdArray): CudaStorage {
  const { storage } = x;
  if (!(storage instanceof CudaStorage))
    throw new DeviceError(
      `[cuda] an array on ${x.device.name} was given to a kernel of a cuda device; move it with x.to("cuda:0")`,
    );
  return storage;
}

/** Where an array's first element is. @throws {DeviceError} if it lives elsewhere, {ReleasedError} if its memory was released. */
export function pointer(x: NdArray): CudaStorageView {
  const storage = storageOf(x);
  return { address: storage.address + x.offset * x.dtype.itemsize, storage };
}

/** Whether an array's first element is at a multiple of so many bytes. */
export function aligned(x: NdArray, bytes: number): boolean {
  return (storageOf(x).address + x.offset * x.dtype.itemsize) % bytes === 0;
}
