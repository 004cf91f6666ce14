import {
  Collector,
  type Device,
  DeviceError,
  type DeviceMemory,
  keepYoungObjectsYoung,
  track,
} from '@chainer/xp/internal';
import { type Gpu, outOfMemory } from './driver.ts';
import type { Handle, Handles, Owned } from './handles.ts';
import { type Block, Pool } from './pool.ts';
import { CudaStorage, type CudaStorageView } from './storage.ts';
import { Event, type Stream } from './streams.ts';

/** Memory for one run of a kernel. */
export interface Scratch extends CudaStorageView {
  readonly block: Block;
  readonly stream: Stream;
}

/** What a storage has of a pool, and who may still read it. */
export class Allocation implements Owned {
  readonly block: Block;
  readonly nbytes: number;
  readonly stream: Stream;
  /** Streams besides its own that were given it. */
  readonly others: Set<Stream> = new Set();
  /** Where it was made; in debug mode. */
  readonly site: string | null;
  private readonly memory: CudaMemory;

  constructor(memory: CudaMemory, block: Block, nbytes: number, stream: Stream, site: string | null) {
    this.memory = memory;
    this.block = block;
    this.nbytes = nbytes;
    this.stream = stream;
    this.site = site;
  }

  collected(): void {
    this.memory.take(this);
  }

  release(handle: Handle): void {
    this.memory.handles.spareHandle(handle);
    this.memory.take(this);
  }

  suspect(): void {
    this.memory.suspect(this.block.size);
  }

  isOf(memory: CudaMemory): boolean {
    return this.memory === memory;
  }
}

/** What the memory asks of its device. */
export interface MemoryOwner extends Device {
  /** The stream in whose order kernels run now. */
  readonly stream: Stream;
  readonly debug: boolean;
}

const mebi = 2 ** 20;
const inMebi = (bytes: number) => `${(bytes / mebi).toFixed(1)} MiB`;

/**
 * The memory of a processor, a pool for each stream. Where reference counts are missing, it collects garbage when it would exceed its
 * budget, as the `cpu` device does, and before it says that there is no more.
 *
 * What a storage gives back serves the next one at once: kernels of a stream run in order. Where other streams had it, too, the
 * next kernels of its own stream wait for what they have queued.
 */
export class CudaMemory implements DeviceMemory {
  readonly handles: Handles;
  private readonly gpu: Gpu;
  private readonly pools = new Map<Stream, Pool>();
  /** Streams whose free memory stays, as graphs work on it. */
  private readonly kept = new Set<Stream>();
  private readonly garbage: Collector;
  private live = 0;
  private peak = 0;
  private budget: number;
  private most = Number.POSITIVE_INFINITY;

  constructor(gpu: Gpu, handles: Handles) {
    this.gpu = gpu;
    this.handles = handles;
    keepYoungObjectsYoung();
    this.garbage = new Collector(() => {
      handles.drain();
      return this.live;
    });
    this.budget = this.garbage.budget;
  }

  allocate(device: MemoryOwner, nbytes: number): CudaStorage {
    const { stream } = device;
    const block = this.obtain(Pool.rounded(nbytes), stream);
    const site = device.debug ? callSite() : null;
    const allocation = new Allocation(this, block, nbytes, stream, site);
    this.live += block.size;
    if (this.live > this.peak) this.peak = this.live;
    const storage = new CudaStorage(device, nbytes, allocation, this.handles.hang(allocation));
    track(storage);
    return storage;
  }

  /** Memory for one run of a kernel in a stream; `giveScratchBack` as soon as that is queued. */
  scratchOn(stream: Stream, nbytes: number): Scratch {
    const block = this.obtain(Pool.rounded(nbytes), stream);
    return { address: block.address, block, stream };
  }

  giveScratchBack({ block, stream }: Scratch): void {
    this.poolOf(stream).give(block);
  }

  /** Takes back what a storage had. */
  take({ block, stream, others }: Allocation): void {
    this.live -= block.size;
    for (const other of others) {
      const event = other.record(new Event(this.gpu, false));
      stream.wait(event);
      event.release();
    }
    this.poolOf(stream).give(block);
  }

  suspect(nbytes: number): void {
    this.garbage.suspect(nbytes);
  }

  /** Most bytes that are taken from the driver; infinite unless set. */
  get limit(): number {
    return this.most;
  }

  /** @throws {RangeError} if it is not a positive number of bytes. */
  set limit(bytes: number) {
    if (!(bytes > 0)) throw new RangeError(`[cuda] limit must be a positive number of bytes, got ${bytes}`);
    this.most = bytes;
  }

  stats() {
    this.handles.drain();
    return {
      live: this.live,
      pooled: this.held - this.live,
      peak: this.peak,
      collections: this.garbage.collections,
    };
  }

  resetPeak(): void {
    this.handles.drain();
    this.peak = this.live;
  }

  collect(): void {
    this.garbage.collectAll();
    this.trim();
    this.budget = this.garbage.budget;
  }

  /** Bytes from the driver. */
  get held(): number {
    let bytes = 0;
    for (const pool of this.pools.values()) bytes += pool.held;
    return bytes;
  }

  private poolOf(stream: Stream): Pool {
    let pool = this.pools.get(stream);
    if (pool === undefined) {
      pool = new Pool({ take: (size) => this.fromDriver(size), give: (address) => this.toDriver(address) });
      this.pools.set(stream, pool);
    }
    return pool;
  }

  private fromDriver(size: number): number | null {
    if (this.held + size > this.most) return null;
    const { driver } = this.gpu;
    this.gpu.use();
    const code = driver.native.status(driver.fn('cuMemAlloc_v2'), driver.native.slot(), size);
    if (code === outOfMemory) return null;
    if (code !== 0) throw driver.error(code, 'cuMemAlloc');
    return driver.native.pointer();
  }

  /** The driver waits for whatever runs before it takes memory back. */
  private toDriver(address: number): void {
    this.gpu.use();
    this.gpu.driver.check('cuMemFree_v2', address);
  }

  /** Gives what is free in all pools back to the driver. */
  private trim(): void {
    for (const [stream, pool] of this.pools) if (!this.kept.has(stream)) pool.trim();
  }

  /** Keeps what a stream has, in use or free, until `unkeep`. */
  keep(stream: Stream): void {
    this.kept.add(stream);
  }

  unkeep(stream: Stream): void {
    this.kept.delete(stream);
  }

  private obtain(size: number, stream: Stream): Block {
    this.handles.drain();
    this.garbage.see();
    const pool = this.poolOf(stream);
    const found = pool.take(size);
    if (found !== null) return found;
    if (this.held + Pool.segmentFor(size) > this.budget) {
      this.garbage.collect();
      this.budget = this.garbage.budget;
      const collected = pool.take(size);
      if (collected !== null) return collected;
      this.budget = Math.max(this.budget, this.held + Pool.segmentFor(size));
    }
    if (!pool.grow(size)) {
      this.collect();
      const last = pool.take(size);
      if (last !== null) return last;
      if (!pool.grow(size)) throw this.outOfMemory(size);
    }
    return pool.take(size) as Block;
  }

  /** What to tell about memory that is not there: who has it. */
  private outOfMemory(size: number): DeviceError {
    const { free, total } = this.gpu.memoryInfo();
    const alive = [...this.handles.all()]
      .filter((owned): owned is Allocation => owned instanceof Allocation && owned.isOf(this))
      .sort((a, b) => b.nbytes - a.nbytes);
    const limit = Number.isFinite(this.most) ? `, limit ${inMebi(this.most)}` : '';
    const { pooled, live } = this.stats();
    const lines = alive
      .slice(0, 8)
      .map(({ nbytes, site }) => `  ${inMebi(nbytes)}${site === null ? '' : ` made at ${site}`}`);
    const hint =
      alive[0]?.site === null
        ? '\nRun with CHAINER_CUDA_DEBUG=1 (or set debug = true on the device) to see where they were made.'
        : '';
    return new DeviceError(
      `[cuda:${this.gpu.index}] out of memory: ${inMebi(size)} were asked for; ${inMebi(live)} are alive in ${alive.length} arrays, ${inMebi(pooled)} are pooled in pieces that are too small${limit}; the processor has ${inMebi(free)} of ${inMebi(total)} free\nThe largest arrays:\n${lines.join('\n')}${hint}`,
    );
  }
}

/** The line of the user's program that is running: the first outside of the library's packages. */
export function callSite(): string {
  const lines = (new Error().stack ?? '').split('\n').slice(2);
  const outside = lines.find(
    (line) => !/[\\/](xp|chainer|device-cuda)[\\/](src|dist)[\\/](?!.*\.test\.)/.test(line),
  );
  return (outside ?? lines.at(-1) ?? 'unknown').trim().replace(/^at /, '');
}
