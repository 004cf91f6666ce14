import {
  type Device,
  DeviceError,
  type DeviceMemory,
  type DType,
  Storage,
  type TypedArray,
  track,
} from '@chainer/xp/internal';
import { type Block, type Gpu, mustWait } from './gpu.ts';

/** The smallest buffer: many scalars live in one each. */
const smallest = 256;
/** What shares a buffer begins at multiples of so many bytes, as bindings must. */
const shareUnit = 256;
/** So much may lie in the pool unused, besides as much again as is alive. */
const spare = 1 << 26;

/** The size of the buffer for that many bytes: one of four between two powers of two, so that buffers are used again. */
export function sizeClass(nbytes: number): number {
  if (nbytes <= smallest) return smallest;
  const power = 2 ** Math.floor(Math.log2(nbytes));
  const quarter = Math.max(power / 4, smallest / 4);
  return Math.ceil(nbytes / quarter) * quarter;
}

/** Memory of an array: a buffer of its own. */
export class GpuStorage extends Storage {
  private held: Block | null;
  private readonly memory: GpuMemory;

  constructor(device: Device, nbytes: number, block: Block, memory: GpuMemory) {
    super(device, nbytes);
    this.held = block;
    this.memory = memory;
  }

  /** @throws {ReleasedError} after `release()`. */
  get block(): Block {
    if (this.held === null) this.throwReleased();
    return this.held;
  }

  /** Says that what it holds stands elsewhere now. */
  move(block: Block): void {
    this.held = block;
  }

  view(_: DType): TypedArray {
    throw mustWait('view', 'await x.data()');
  }

  release(): void {
    if (this.held === null) return;
    this.memory.giveBack(this, this.held);
    this.held = null;
    this.released = true;
  }
}

/**
 * Buffers by size. What scopes and the graph release goes back at once; what nobody releases comes back when the storage is
 * collected. Commands run in order, so that a buffer may be used again while earlier commands still wait.
 */
export class GpuMemory implements DeviceMemory {
  private readonly gpu: Gpu;
  private readonly free = new Map<number, Block[]>();
  private readonly registry: FinalizationRegistry<Block>;
  private readonly most: number;
  /** How many parts of a shared buffer are in use. */
  private readonly shares = new Map<Block, number>();
  private live = 0;
  private pooled = 0;
  private peak = 0;
  private alive = 0;

  constructor(gpu: Gpu) {
    this.gpu = gpu;
    gpu.memory = this;
    this.most = gpu.device.limits.maxBufferSize;
    this.registry = new FinalizationRegistry((block) => this.take(block));
    gpu.whenSent(() => this.trim(this.live + spare));
  }

  /** Buffers of arrays that are alive. */
  get buffers(): number {
    return this.alive;
  }

  /** @throws {DeviceError} if the device has no buffers of that size. */
  allocate(device: Device, nbytes: number): GpuStorage {
    const block = this.block(nbytes);
    const storage = new GpuStorage(device, nbytes, block, this);
    this.registry.register(storage, block, storage);
    this.alive++;
    this.live += block.size;
    if (this.live > this.peak) this.peak = this.live;
    track(storage);
    return storage;
  }

  /** Takes a released storage's buffer back. */
  giveBack(storage: GpuStorage, block: Block): void {
    this.registry.unregister(storage);
    this.take(block);
  }

  /**
   * Moves storages into one buffer that they share from then on, so that a kernel over all of them binds one. It is given back when
   * the last of them is released.
   */
  join(storages: readonly Storage[]): void {
    const alone = storages.filter((s): s is GpuStorage => s instanceof GpuStorage && !s.block.whole);
    const sizes = alone.map((s) => Math.ceil(s.nbytes / shareUnit) * shareUnit);
    const total = sizes.reduce((a, b) => a + b, 0);
    if (alone.length < 2 || total > this.gpu.mostBound || total > this.most) return;
    const whole = this.block(total);
    let start = 0;
    for (const [k, storage] of alone.entries()) {
      const old = storage.block;
      const part: Block = { buffer: whole.buffer, size: sizes[k]!, batch: 0, start, whole };
      start += part.size;
      this.gpu.copy(old, 0, part, 0, storage.nbytes);
      this.registry.unregister(storage);
      this.registry.register(storage, part, storage);
      storage.move(part);
      this.live += part.size - old.size;
      this.pool(old);
    }
    this.shares.set(whole, alone.length);
    if (this.live > this.peak) this.peak = this.live;
  }

  /** A buffer for one run of a kernel; `giveScratchBack` as soon as that is recorded. */
  scratch(nbytes: number): Block {
    return this.block(nbytes);
  }

  giveScratchBack(block: Block): void {
    this.pool(block);
  }

  stats() {
    return { live: this.live, pooled: this.pooled, peak: this.peak, collections: 0 };
  }

  resetPeak(): void {
    this.peak = this.live;
  }

  collect(): void {
    (globalThis as { gc?: () => void }).gc?.();
    this.gpu.flush();
    if (!this.gpu.waits) this.trim(0);
  }

  private take(block: Block): void {
    this.alive--;
    this.live -= block.size;
    this.pool(block);
  }

  private pool(block: Block): void {
    const { whole } = block;
    if (whole !== undefined) {
      // Whoever gets the buffer next must know which batch used it last.
      whole.batch = Math.max(whole.batch, block.batch);
      const left = this.shares.get(whole)! - 1;
      this.shares.set(whole, left);
      if (left > 0) return;
      this.shares.delete(whole);
      this.pool(whole);
      return;
    }
    this.pooled += block.size;
    const list = this.free.get(block.size);
    if (list === undefined) this.free.set(block.size, [block]);
    else list.push(block);
  }

  private block(nbytes: number): Block {
    const size = Math.min(sizeClass(nbytes), Math.max(this.most, nbytes));
    const pooled = this.free.get(size)?.pop();
    if (pooled !== undefined) {
      this.pooled -= size;
      return pooled;
    }
    if (size > this.most) {
      throw new DeviceError(
        `[webgpu] an array of ${nbytes} bytes was asked for, but buffers of this device have ${this.most} at most; split it, or keep it on 'js'`,
      );
    }
    const buffer = this.gpu.device.createBuffer({
      size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    return { buffer, size, batch: 0 };
  }

  /** Destroys unused buffers beyond that many bytes. Only called while no recorded command waits for one. */
  private trim(bytes: number): void {
    if (this.pooled <= bytes) return;
    for (const [size, list] of [...this.free].sort(([a], [b]) => b - a)) {
      while (this.pooled > bytes && list.length > 0) {
        (list.pop() as Block).buffer.destroy();
        this.pooled -= size;
      }
    }
  }
}
