import type { Gpu } from './driver.ts';
import { Event, type Stream } from './streams.ts';

/** `CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP`: all contexts know it, and kernels may write it. */
const shared = 3;

/** Memory of the host that the processor reaches by itself; kept to the end. */
export function pinned(gpu: Gpu, bytes: number): { readonly address: number; readonly buffer: ArrayBuffer } {
  gpu.use();
  const { driver } = gpu;
  driver.check('cuMemHostAlloc', driver.native.slot(), bytes, shared);
  const address = driver.native.pointer();
  return { address, buffer: driver.native.addon.window(address, bytes) };
}

/** Bytes of each half. */
const half = 1 << 22;
/** What is copied starts at a multiple of this. */
const granule = 64;

interface Half {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Passed when the processor has done with it; null: it has. */
  event: Event | null;
}

/**
 * Copies between host and processor, by way of pinned memory in two halves: while the processor copies one, the host fills or empties
 * the other. A write returns when its data has been taken, not when it has arrived.
 */
export class Staging {
  private readonly gpu: Gpu;
  private halves: readonly [Half, Half] | null = null;
  private current: 0 | 1 = 0;
  private used = 0;
  private lastStream: Stream | null = null;

  constructor(gpu: Gpu) {
    this.gpu = gpu;
  }

  private both(): readonly [Half, Half] {
    if (this.halves === null) {
      const { address, buffer } = pinned(this.gpu, 2 * half);
      const at = (k: number): Half => ({
        address: address + k * half,
        bytes: new Uint8Array(buffer, k * half, half),
        event: null,
      });
      this.halves = [at(0), at(1)];
    }
    return this.halves;
  }

  /** The current half's place for so many bytes; changes halves where there is no room. */
  private room(bytes: number, stream: Stream): Half {
    const halves = this.both();
    if (this.lastStream !== null && this.lastStream !== stream) this.turn();
    this.lastStream = stream;
    if (this.used + bytes > half) this.turn();
    return halves[this.current];
  }

  /** The other half's turn: when the processor has done with it. */
  private turn(): void {
    const halves = this.both();
    const full = halves[this.current];
    if (this.lastStream !== null) full.event = this.lastStream.record(new Event(this.gpu, false));
    this.current = this.current === 0 ? 1 : 0;
    this.used = 0;
    const { event } = halves[this.current];
    if (event === null) return;
    event.synchronize();
    event.release();
    halves[this.current].event = null;
  }

  /** Queues a copy of host memory to an address of the processor. */
  write(address: number, data: Uint8Array, stream: Stream): void {
    for (let from = 0; from < data.length; ) {
      const bytes = Math.min(half, data.length - from);
      const { address: at, bytes: memory } = this.room(bytes, stream);
      memory.set(data.subarray(from, from + bytes), this.used);
      this.gpu.driver.check('cuMemcpyHtoDAsync_v2', address + from, at + this.used, bytes, stream.handle);
      this.used += Math.ceil(bytes / granule) * granule;
      from += bytes;
    }
  }

  /** The same, whenever a graph that is being captured runs: the data stays where it is. */
  writeForGood(address: number, data: Uint8Array, stream: Stream): void {
    const { address: at, buffer } = pinned(this.gpu, data.length);
    new Uint8Array(buffer).set(data);
    this.gpu.driver.check('cuMemcpyHtoDAsync_v2', address, at, data.length, stream.handle);
  }

  /** Copies memory of the processor to the host, and waits for it. */
  read(address: number, data: Uint8Array, stream: Stream): void {
    const { driver } = this.gpu;
    this.turn();
    this.lastStream = stream;
    let done = 0;
    let before: { half: Half; bytes: number } | null = null;
    const empty = () => {
      if (before === null) return;
      before.half.event!.synchronize();
      before.half.event!.release();
      before.half.event = null;
      data.set(before.half.bytes.subarray(0, before.bytes), done);
      done += before.bytes;
    };
    for (let from = 0; from < data.length; from += half) {
      const bytes = Math.min(half, data.length - from);
      const into = this.both()[this.current];
      driver.check('cuMemcpyDtoHAsync_v2', into.address, address + from, bytes, stream.handle);
      into.event = stream.record(new Event(this.gpu, false));
      empty();
      before = { half: into, bytes };
      this.current = this.current === 0 ? 1 : 0;
    }
    empty();
    this.used = 0;
  }
}
