import { type Device, type DType, Storage, type TypedArray } from '@chainer/xp/internal';

/** Where storages come from and go back to. */
export interface Pool {
  releaseSmall(slab: Slab, nbytes: number): void;
  releaseBlock(block: Block): void;
  suspect(nbytes: number): void;
  window(block: Block, address: number, nbytes: number, d: DType): TypedArray;
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

/** Memory of an array on the `cpu` device. */
export class CpuStorage extends Storage {
  /** Where it starts; aligned to 64 bytes. */
  readonly address: number;
  private readonly home: Block | Slab;
  private readonly pool: Pool;
  private typed: TypedArray | null = null;
  private abandoned = false;

  constructor(device: Device, nbytes: number, address: number, home: Block | Slab, pool: Pool) {
    super(device, nbytes);
    this.address = address;
    this.home = home;
    this.pool = pool;
  }

  /** Throws the error of an array that was released. */
  fail(): never {
    this.throwReleased();
  }

  view(d: DType): TypedArray {
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
    if (this.home instanceof Slab) this.pool.releaseSmall(this.home, this.nbytes);
    else this.pool.releaseBlock(this.home);
  }
}
