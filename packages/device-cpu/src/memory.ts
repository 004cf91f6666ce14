import {
  Collector,
  type Device,
  DeviceError,
  type DeviceMemory,
  type DType,
  keepYoungObjectsYoung,
  type TypedArray,
  track,
} from '@chainer/xp/internal';
import { type Layout, Layouts } from './layouts.ts';
import { innerArgumentCount, type Native } from './native.ts';
import { type Reader, Readers } from './readers.ts';
import { type Block, CpuStorage, type Pending, type Pool, Slab } from './storage.ts';

/** Arrays below this are carved from slabs. */
const smallBytes = 8192;
const slabBytes = 128 * 1024;
/** Node makes no larger ArrayBuffer over native memory. */
const largestBuffer = 2 ** 32;
const spareSlabs = 16;
const live = 0;
const peak = 1;
const held = 2;

function rounded(nbytes: number): number {
  return nbytes === 0 ? 64 : Math.ceil(nbytes / 64) * 64;
}

/**
 * The pool of one thread. Where reference counts are missing, it collects garbage when it would exceed its budget: the young
 * generation first, everything where that promises something, and only then it asks the system. The budget is what is alive and some
 * room for garbage.
 */
export class CpuMemory implements DeviceMemory, Pool {
  private readonly native: Native;
  /** Buffers over regions, by the address where they start. */
  private readonly buffers = new Map<number, ArrayBuffer>();
  /** Released blocks by size, ready for use without a native call. */
  private readonly free = new Map<number, Block[]>();
  /** Bytes of all of these. */
  private listed = 0;
  private slab: Slab | null = null;
  private readonly spare: Slab[] = [];
  private nextCell = 0;
  private budget: number;
  private readonly garbage: Collector;
  private readonly releaseCommand: number;
  private readonly releaseManyCommand: number;
  private readonly coolCommand: number;
  private readonly reorderCommand: number;
  private readonly outerArguments = new Float64Array(innerArgumentCount);
  private readonly readers: Readers;
  readonly layouts: Layouts;

  constructor(native: Native) {
    this.native = native;
    this.layouts = new Layouts(native);
    this.readers = new Readers(native);
    keepYoungObjectsYoung();
    this.garbage = new Collector(() => native.counters[live]!);
    this.budget = this.garbage.budget;
    this.releaseCommand = native.command('release');
    this.releaseManyCommand = native.command('releaseMany');
    this.coolCommand = native.command('cool');
    this.reorderCommand = native.command('reorder');
  }

  allocate(device: Device, nbytes: number): CpuStorage {
    const storage = this.obtainStorage(device, nbytes);
    track(storage);
    return storage;
  }

  /** A storage that no scope knows. */
  obtainStorage(device: Device, nbytes: number): CpuStorage {
    const storage =
      nbytes <= smallBytes ? this.allocateSmall(device, nbytes) : this.allocateBlock(device, nbytes);
    const { counters } = this.native;
    if (counters[live]! > counters[peak]!) counters[peak] = counters[live]!;
    return storage;
  }

  /** Moves a storage's elements into another layout; a kernel that is writing its arguments finds them as they were. */
  rearrange(storage: CpuStorage, to: Layout | null): void {
    const from = storage.layout;
    // Weights of different groups have no common axes but the plain ones.
    if (from !== null && to !== null && from.groups !== to.groups) this.rearrange(storage, null);
    const { D, run } = this.native;
    this.outerArguments.set(D.subarray(0, innerArgumentCount));
    const fresh = this.obtainStorage(storage.device, storage.nbytes);
    D[0] = storage.layout?.id ?? -1;
    D[1] = to?.id ?? -1;
    D[2] = storage.address;
    D[3] = fresh.address;
    run(this.reorderCommand);
    D.set(this.outerArguments);
    storage.adopt(fresh, to);
  }

  /** Computes what is pending; a kernel that is writing its arguments finds them as they were. */
  complete(storage: CpuStorage, pending: Pending): void {
    const { D } = this.native;
    const outer = D.slice(0, innerArgumentCount);
    const fresh = this.obtainStorage(storage.device, storage.nbytes);
    try {
      pending.compute(fresh);
    } finally {
      D.set(outer);
    }
    storage.adopt(fresh, fresh.layout);
  }

  furnish(storage: CpuStorage): void {
    storage.adopt(this.obtainStorage(storage.device, storage.nbytes), null);
  }

  reader(storage: CpuStorage): Reader {
    return this.readers.add(storage);
  }

  find(reader: Reader): CpuStorage | null {
    return this.readers.find(reader);
  }

  forget(reader: Reader): void {
    this.readers.forget(reader);
  }

  private allocateSmall(device: Device, nbytes: number): CpuStorage {
    const size = rounded(nbytes);
    let slab = this.slab;
    if (slab === null || slab.offset + size > slabBytes) slab = this.nextSlab();
    const { counters, cells } = this.native;
    const address = slab.block.address + slab.offset;
    slab.offset += size;
    slab.count++;
    if (slab.cell >= 0) {
      counters[live]! += size;
      cells[slab.cell]! += size;
    }
    return new CpuStorage(device, nbytes, address, slab, this);
  }

  private nextSlab(): Slab {
    const spare = this.spare.pop();
    if (spare !== undefined) {
      this.slab = spare;
      return spare;
    }
    const cell = this.freeCell();
    const block = this.obtain(slabBytes, cell);
    if (cell >= 0) this.native.cells[cell] = 0;
    else this.native.counters[live]! += slabBytes;
    this.slab = new Slab(block, cell);
    return this.slab;
  }

  private freeCell(): number {
    const { cells } = this.native;
    for (let tried = 0; tried < cells.length; tried++) {
      const k = this.nextCell;
      this.nextCell = (k + 1) % cells.length;
      if (cells[k] === -1) return k;
    }
    return -1;
  }

  releaseSmall(slab: Slab, nbytes: number): void {
    const size = rounded(nbytes);
    const { counters, cells } = this.native;
    if (slab.cell >= 0) {
      counters[live]! -= size;
      cells[slab.cell]! -= size;
    }
    if (--slab.count > 0) return;
    slab.offset = 0;
    if (slab !== this.slab && this.spare.length < spareSlabs) this.spare.push(slab);
  }

  private allocateBlock(device: Device, nbytes: number): CpuStorage {
    const size = rounded(nbytes);
    let block = this.free.get(size)?.pop();
    if (block === undefined) block = this.obtain(size, -1);
    else this.listed -= size;
    this.native.counters[live]! += size;
    return new CpuStorage(device, nbytes, block.address, block, this);
  }

  releaseBlock(block: Block): void {
    this.native.counters[live]! -= block.size;
    this.listed += block.size;
    const list = this.free.get(block.size);
    if (list === undefined) this.free.set(block.size, [block]);
    else list.push(block);
  }

  suspect(nbytes: number): void {
    this.garbage.suspect(nbytes);
  }

  /** A block from the pool; from the system when the budget allows it or collecting does not help. */
  private obtain(size: number, cell: number): Block {
    const { counters } = this.native;
    this.garbage.see();
    const found = this.take(size, cell, false);
    if (found !== null) return found;
    const room = counters[held]! + size <= this.budget;
    // Lists of single sizes shall not keep much from those who want another size.
    if ((!room || this.listed > Math.max(size, this.budget / 4)) && this.flush()) {
      const merged = this.take(size, cell, false);
      if (merged !== null) return merged;
    }
    if (room) {
      const fresh = this.take(size, cell, true);
      if (fresh !== null) return fresh;
    }
    return this.collectFor(size, cell);
  }

  private collectFor(size: number, cell: number): Block {
    const { counters } = this.native;
    this.garbage.collect();
    this.budget = this.garbage.budget;
    const block = this.take(size, cell, false) ?? this.extend(size, cell);
    if (counters[held]! > this.garbage.ample) this.cool();
    return block;
  }

  /** Asks the system although the budget is used up: what is alive needs it. */
  private extend(size: number, cell: number): Block {
    const { counters } = this.native;
    // Free memory in pieces that are too small goes back to the system before more is asked for than was ever needed: what
    // comes back from there is cleared page by page, which a step of training that wants large and small arrays in turn would
    // pay for each time.
    if (counters[held]! + size > this.garbage.ample) this.cool();
    this.budget = Math.max(this.budget, counters[held]! + size);
    const fresh = this.take(size, cell, true);
    if (fresh !== null) return fresh;
    this.collect();
    const last = this.take(size, cell, true);
    if (last !== null) return last;
    const { live: used, pooled } = this.stats();
    throw new DeviceError(
      `[cpu] the system has no ${size} bytes more for an array (live ${used} bytes, pooled ${pooled})`,
    );
  }

  private take(size: number, cell: number, cold: boolean): Block | null {
    const { D, addon, cellsAddress } = this.native;
    D[0] = size;
    D[1] = cold ? 1 : 0;
    D[2] = cell >= 0 ? cellsAddress + cell * 8 : 0;
    D[3] = size;
    const handle = addon.allocate();
    if (handle === undefined) return null;
    return { handle, address: D[0]!, record: D[1]!, regionBase: D[2]!, regionSize: D[3]!, size };
  }

  /** Gives released blocks back to the native pool, where neighbours merge. Whether there were any. */
  private flush(): boolean {
    const { D, run } = this.native;
    let any = false;
    let n = 0;
    const send = () => {
      D[0] = n;
      run(this.releaseManyCommand);
      n = 0;
    };
    for (const list of this.free.values()) {
      for (const block of list) {
        any = true;
        D[1 + n++] = block.record;
        if (n === innerArgumentCount - 1) send();
      }
    }
    if (n > 0) send();
    this.free.clear();
    this.listed = 0;
    for (const slab of this.spare) {
      D[0] = slab.block.record;
      if (slab.cell >= 0) this.native.cells[slab.cell] = -1;
      else this.native.counters[live]! -= slabBytes;
      run(this.releaseCommand);
      any = true;
    }
    this.spare.length = 0;
    return any;
  }

  /** A typed array over native memory. Regions are never unmapped while the thread lives, so it cannot dangle. */
  window(block: Block, address: number, nbytes: number, d: DType): TypedArray {
    // One buffer covers a whole region; larger regions than a buffer may be are covered by overlapping ones.
    let start = block.regionBase;
    const end = block.regionBase + block.regionSize;
    if (block.regionSize > largestBuffer) {
      if (nbytes > largestBuffer) {
        throw new DeviceError(
          `[cpu] JavaScript cannot see an array of ${nbytes} bytes: its buffers end at ${largestBuffer}; read parts of it`,
        );
      }
      const half = largestBuffer / 2;
      start = nbytes > half ? address : start + Math.floor((address - start) / half) * half;
    }
    let buffer = this.buffers.get(start);
    if (buffer === undefined) {
      this.native.D[0] = start;
      this.native.D[1] = Math.min(largestBuffer, end - start);
      buffer = this.native.addon.window();
      this.buffers.set(start, buffer);
    }
    return new d.TypedArray(buffer, address - start, Math.floor(nbytes / d.TypedArray.BYTES_PER_ELEMENT));
  }

  stats() {
    const { counters } = this.native;
    return {
      live: counters[live]!,
      pooled: Math.max(0, counters[held]! - counters[live]!),
      peak: counters[peak]!,
      collections: this.garbage.collections,
    };
  }

  resetPeak(): void {
    this.native.counters[peak] = this.native.counters[live]!;
  }

  collect(): void {
    this.garbage.collectAll();
    this.cool();
    this.budget = this.garbage.budget;
  }

  /** Gives free memory back to the system. */
  private cool(): void {
    this.flush();
    this.native.run(this.coolCommand);
  }
}
