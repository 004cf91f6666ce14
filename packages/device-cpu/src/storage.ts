import { type Device, type DType, Storage, type TypedArray } from '@chainer/xp/internal';
import type { Layout } from './layouts.ts';

/** Where storages come from and go back to. */
export interface Pool {
  releaseSmall(slab: Slab, nbytes: number): void;
  releaseBlock(block: Block): void;
  suspect(nbytes: number): void;
  window(block: Block, address: number, nbytes: number, d: DType): TypedArray;
  rearrange(storage: CpuStorage, to: Layout | null): void;
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
 * layouts leave them in one, and whoever else asks for an address or a view makes them plain first.
 */
export class CpuStorage extends Storage {
  /** Where it starts; aligned to 64 bytes. */
  address: number;
  /** How elements stand; null for C order. */
  layout: Layout | null = null;
  private home: Block | Slab;
  private readonly pool: Pool;
  private typed: TypedArray | null = null;
  private abandoned = false;

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
    if (this.layout !== to) this.pool.rearrange(this, to);
  }

  /** Takes the memory of another storage of that size, which is forgotten, and gives its own back. */
  adopt(other: CpuStorage, layout: Layout | null): void {
    this.giveBack();
    this.address = other.address;
    this.home = other.home;
    this.typed = null;
    this.layout = layout;
  }

  view(d: DType): TypedArray {
    if (this.layout !== null) this.rearrange(null);
    const known = this.typed;
    if (known !== null && known.constructor === d.TypedArray) return known;
    if (this.released) this.throwReleased();
    const block = this.home instanceof Slab ? this.home.block : this.home;
    const made = this.pool.window(block, this.address, this.nbytes, d);
    this.typed = made;
    return made;
  }

  override abandon(): void {
    if (this.abandoned || this.released || this.home instanceof Slab) return;
    this.abandoned = true;
    this.pool.suspect(this.nbytes);
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.typed = null;
    this.layout = null;
    this.giveBack();
  }

  private giveBack(): void {
    if (this.home instanceof Slab) this.pool.releaseSmall(this.home, this.nbytes);
    else this.pool.releaseBlock(this.home);
  }
}
