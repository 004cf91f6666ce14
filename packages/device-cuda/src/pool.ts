/** Every block is a multiple of this, and starts at one. */
export const granule = 512;
const mebi = 1 << 20;

/** Memory that came from the driver in one piece. */
interface Segment {
  readonly address: number;
  readonly size: number;
}

/** A part of a segment, in use or free. Blocks of a segment are linked in the order of their addresses. */
export class Block {
  readonly address: number;
  readonly segment: Segment;
  size: number;
  free = false;
  before: Block | null = null;
  after: Block | null = null;
  /** Neighbours in the list of free blocks of that size. */
  previous: Block | null = null;
  next: Block | null = null;

  constructor(segment: Segment, address: number, size: number) {
    this.segment = segment;
    this.address = address;
    this.size = size;
  }
}

/** How much is taken from the driver for a block: small ones share segments. */
function segmentSize(size: number): number {
  if (size < mebi) return 2 * mebi;
  if (size < 10 * mebi) return 20 * mebi;
  return Math.ceil(size / (2 * mebi)) * 2 * mebi;
}

/** Where segments come from. */
export interface Source {
  /** The address of so many bytes; null if the driver has no more. */
  take(size: number): number | null;
  give(address: number): void;
}

/** Memory of one stream: best fit, split to measure, neighbours merged. */
export class Pool {
  /** Bytes from the driver, and those of them that no block in use has. */
  held = 0;
  pooled = 0;
  private readonly source: Source;
  /** First free block of each size, and these sizes, ascending. */
  private readonly bins = new Map<number, Block>();
  private readonly sizes: number[] = [];
  private readonly segments = new Set<Block>();

  constructor(source: Source) {
    this.source = source;
  }

  /** Bytes of the block that so many bytes get. */
  static rounded(nbytes: number): number {
    return Math.max(granule, Math.ceil(nbytes / granule) * granule);
  }

  /** What a block of that size takes from the driver where nothing free fits. */
  static segmentFor = segmentSize;

  /** A free block of at least that (rounded) size; null if there is none. */
  take(size: number): Block | null {
    let block = this.bins.get(size);
    if (block === undefined) {
      const k = this.find(size);
      if (k === this.sizes.length) return null;
      block = this.bins.get(this.sizes[k]!)!;
    }
    this.unlink(block);
    if (block.size > size) {
      const rest = new Block(block.segment, block.address + size, block.size - size);
      rest.before = block;
      rest.after = block.after;
      if (block.after !== null) block.after.before = rest;
      block.after = rest;
      block.size = size;
      this.link(rest);
    }
    this.pooled -= size;
    return block;
  }

  /** Gets a segment from the driver in which a block of that size fits. Whether there was one. */
  grow(size: number): boolean {
    let bytes = segmentSize(size);
    let address = this.source.take(bytes);
    if (address === null && bytes > size) {
      bytes = size;
      address = this.source.take(bytes);
    }
    if (address === null) return false;
    const block = new Block({ address, size: bytes }, address, bytes);
    this.segments.add(block);
    this.held += bytes;
    this.pooled += bytes;
    this.link(block);
    return true;
  }

  give(given: Block): void {
    let block = given;
    this.pooled += block.size;
    const { after, before } = block;
    if (after?.free) {
      this.unlink(after);
      block.size += after.size;
      block.after = after.after;
      if (after.after !== null) after.after.before = block;
    }
    if (before?.free) {
      this.unlink(before);
      before.size += block.size;
      before.after = block.after;
      if (block.after !== null) block.after.before = before;
      block = before;
    }
    this.link(block);
  }

  /** Gives segments back of which nothing is in use; returns their bytes. */
  trim(): number {
    let bytes = 0;
    for (const first of this.segments) {
      if (!first.free || first.size !== first.segment.size) continue;
      this.unlink(first);
      this.segments.delete(first);
      this.source.give(first.segment.address);
      bytes += first.size;
    }
    this.held -= bytes;
    this.pooled -= bytes;
    return bytes;
  }

  /** The largest free block's size. */
  get largest(): number {
    return this.sizes.at(-1) ?? 0;
  }

  /** The place of the first size that is not smaller. */
  private find(size: number): number {
    let low = 0;
    let high = this.sizes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sizes[middle]! < size) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private link(block: Block): void {
    block.free = true;
    const first = this.bins.get(block.size);
    block.previous = null;
    block.next = first ?? null;
    if (first === undefined) this.sizes.splice(this.find(block.size), 0, block.size);
    else first.previous = block;
    this.bins.set(block.size, block);
  }

  private unlink(block: Block): void {
    block.free = false;
    if (block.next !== null) block.next.previous = block.previous;
    if (block.previous !== null) block.previous.next = block.next;
    else if (block.next !== null) this.bins.set(block.size, block.next);
    else {
      this.bins.delete(block.size);
      this.sizes.splice(this.find(block.size), 1);
    }
    block.previous = null;
    block.next = null;
  }
}
