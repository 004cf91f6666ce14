import type { Native } from './native.ts';
import type { CpuStorage } from './storage.ts';

/** A pending storage as those know it whose memory it will read: they do not keep it alive. */
export interface Reader {
  /** The addon's number of a weak reference; 0 when there is nothing to read for any more. */
  reference: number;
}

/** So many are looked through for dead ones at least. */
const least = 256;

/**
 * Pending storages of one thread. Most are garbage soon after their consumer ran and are never computed; a `WeakRef` would keep each of
 * them until the running job ends, with all that it would read.
 */
export class Readers {
  private readonly native: Native;
  private known: Reader[] = [];
  private limit = least;

  constructor(native: Native) {
    this.native = native;
  }

  add(storage: CpuStorage): Reader {
    if (this.known.length >= this.limit) {
      this.known = this.known.filter((r) => this.find(r) !== null);
      this.limit = Math.max(least, 2 * this.known.length);
    }
    const reader = { reference: this.native.addon.weak(storage) };
    this.known.push(reader);
    return reader;
  }

  /** The storage, unless it was computed, released or collected. */
  find(reader: Reader): CpuStorage | null {
    if (reader.reference === 0) return null;
    const storage = this.native.addon.strong(reader.reference) as CpuStorage | undefined;
    if (storage === undefined) this.forget(reader);
    return storage ?? null;
  }

  forget(reader: Reader): void {
    if (reader.reference !== 0) this.native.addon.forget(reader.reference);
    reader.reference = 0;
  }
}
