import {
  type Device,
  type DType,
  NdArray,
  type Program,
  type Scalar,
  Storage,
  type TypedArray,
} from '@chainer/xp/internal';
import type { Layout } from './layouts.ts';
import type { Reader } from './readers.ts';

/** Where storages come from and go back to. */
export interface Pool {
  releaseSmall(slab: Slab, nbytes: number): void;
  releaseBlock(block: Block): void;
  suspect(nbytes: number): void;
  window(block: Block, address: number, nbytes: number, d: DType): TypedArray;
  rearrange(storage: CpuStorage, to: Layout | null): void;
  /** Memory for a storage that has none. */
  furnish(storage: CpuStorage): void;
  complete(storage: CpuStorage, pending: Pending): void;
  reader(storage: CpuStorage): Reader;
  find(reader: Reader): CpuStorage | null;
  forget(reader: Reader): void;
}

/** What a storage holds that nobody has looked at yet: the result of an elementwise program over arrays of its layout. */
export interface Pending {
  readonly program: Program;
  readonly operands: readonly (NdArray | Scalar)[];
  /** Whether a consumer has computed it on the way; a second one reads the result. */
  joined: boolean;
  /** Leaves the elements in a storage, in that layout. */
  compute(target: CpuStorage): void;
}

/** A piece of native memory. The collector gives it back when `handle` is garbage. */
export interface Block {
  readonly handle: unknown;
  readonly address: number;
  /** Address of the native record, for an early release. */
  readonly record: number;
  /** Where the region that it lies in starts, and how large that is. */
  readonly regionBase: number;
  readonly regionSize: number;
  readonly size: number;
}

/** A block that many small arrays share. */
export class Slab {
  readonly block: Block;
  /** Index of the cell that counts its live bytes, or -1 if none was free. */
  readonly cell: number;
  offset = 0;
  count = 0;

  constructor(block: Block, cell: number) {
    this.block = block;
    this.cell = cell;
  }
}

/**
 * Memory of an array on the `cpu` device. Where its elements stand may change, what they are does not: kernels that know opaque
 * layouts leave them in one, and whoever else asks for an address or a view makes them plain first. At the same door, elements that are
 * pending are computed: such a storage has an opaque layout and no memory. Those whose memory a pending storage reads have an opaque layout,
 * too, so that nobody writes to them who does not know.
 */
export class CpuStorage extends Storage {
  /** Where it starts; aligned to 64 bytes. */
  address: number;
  /** How elements stand; null for C order. */
  layout: Layout | null = null;
  /** What is still to be computed; null if elements are there. */
  pending: Pending | null = null;
  /** Whether nobody has asked for its address yet: what is written first may choose a layout. */
  untouched = true;
  private home: Block | Slab | null;
  private readonly pool: Pool;
  private typed: TypedArray | null = null;
  private abandoned = false;
  /** How those know it whose memory it will read. */
  private reader: Reader | null = null;
  /** Who will read its memory. */
  private readers: Reader[] | null = null;

  constructor(device: Device, nbytes: number, address: number, home: Block | Slab, pool: Pool) {
    super(device, nbytes);
    this.address = address;
    this.home = home;
    this.pool = pool;
  }

  override get layoutName(): string | null {
    return this.layout?.name ?? null;
  }

  /** Throws the error of an array that was released. */
  fail(): never {
    this.throwReleased();
  }

  /** Puts elements into another layout; null for C order. The address changes. */
  rearrange(to: Layout | null): void {
    if (this.layout === to) return;
    this.complete();
    this.completeReaders();
    this.pool.rearrange(this, to);
  }

  /** Computes what is pending. */
  complete(): void {
    if (this.pending !== null) this.pool.complete(this, this.pending);
  }

  /** Its elements are about to be overwritten, all of them, or those that it has in the layout it has. */
  overwrite(layout: Layout | null): void {
    this.completeReaders();
    if (this.pending !== null) {
      this.pool.furnish(this);
      this.settled();
    }
    this.untouched = false;
    this.layout = layout;
  }

  /** Its elements are pending from now on. */
  wait(pending: Pending, layout: Layout): void {
    if (this.released) this.throwReleased();
    this.overwrite(layout);
    this.giveBack();
    this.pending = pending;
    const reader = this.pool.reader(this);
    this.reader = reader;
    for (const x of pending.operands) if (x instanceof NdArray) (x.storage as CpuStorage).expect(reader);
  }

  private expect(reader: Reader): void {
    if (this.readers === null) this.readers = [reader];
    else {
      if (this.readers.length >= 8) this.readers = this.readers.filter((r) => this.pool.find(r) !== null);
      this.readers.push(reader);
    }
  }

  /** Before memory changes or goes, those who wanted to read it do. */
  private completeReaders(): void {
    const { readers } = this;
    if (readers === null) return;
    for (const reader of readers) this.pool.find(reader)?.complete();
    this.readers = null;
  }

  /** Nothing is pending any more. */
  private settled(): void {
    this.pending = null;
    if (this.reader !== null) this.pool.forget(this.reader);
    this.reader = null;
  }

  /** Takes the memory of another storage of that size, which is forgotten, and gives its own back. */
  adopt(other: CpuStorage, layout: Layout | null): void {
    this.giveBack();
    this.address = other.address;
    this.home = other.home;
    this.typed = null;
    this.layout = layout;
    this.settled();
  }

  view(d: DType): TypedArray {
    this.untouched = false;
    if (this.layout !== null) this.rearrange(null);
    const known = this.typed;
    if (known !== null && known.constructor === d.TypedArray) return known;
    if (this.released) this.throwReleased();
    const home = this.home as Block | Slab;
    const block = home instanceof Slab ? home.block : home;
    const made = this.pool.window(block, this.address, this.nbytes, d);
    this.typed = made;
    return made;
  }

  override abandon(): void {
    if (this.abandoned || this.released || this.home === null || this.home instanceof Slab) return;
    this.abandoned = true;
    this.pool.suspect(this.nbytes);
  }

  release(): void {
    if (this.released) return;
    this.completeReaders();
    this.released = true;
    this.typed = null;
    this.layout = null;
    this.settled();
    this.giveBack();
  }

  private giveBack(): void {
    if (this.home === null) return;
    if (this.home instanceof Slab) this.pool.releaseSmall(this.home, this.nbytes);
    else this.pool.releaseBlock(this.home);
    this.home = null;
    this.typed = null;
    this.address = Number.NaN;
  }
}
