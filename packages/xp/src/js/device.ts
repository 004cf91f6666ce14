import type { Device, DeviceMemory } from '../core/device.ts';
import type { DType, TypedArray } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { track } from '../core/scope.ts';
import { Storage } from '../core/storage.ts';
import { own } from './family.ts';

/** Small arrays are carved from regions of this size, up to a thirty-second of it each. */
const regionBytes = 1 << 16;

/** A piece of memory that arrays are carved from, and the bytes of those that were not released. */
class Region {
  readonly buffer: ArrayBuffer;
  readonly account: Account;
  used = 0;

  constructor(nbytes: number) {
    this.buffer = new ArrayBuffer(nbytes);
    this.account = { nbytes: 0 };
    ledger.watch(this);
  }
}

interface Account {
  nbytes: number;
}

/** Counts bytes that are alive: released ones leave at once, collected ones with their region when the runtime says so. */
class Ledger implements DeviceMemory {
  private live = 0;
  private peak = 0;
  private readonly registry = new FinalizationRegistry<Account>((account) => {
    this.live -= account.nbytes;
  });

  /** Registering an object costs more than a small array, so it is done per region. */
  watch(region: Region): void {
    this.registry.register(region, region.account);
  }

  add(region: Region, nbytes: number): void {
    region.account.nbytes += nbytes;
    this.live += nbytes;
    if (this.live > this.peak) this.peak = this.live;
  }

  stats() {
    return { live: this.live, pooled: 0, peak: this.peak, collections: 0 };
  }

  resetPeak(): void {
    this.peak = this.live;
  }

  collect(): void {
    (globalThis as { gc?: () => void }).gc?.();
  }
}

const ledger = /*#__PURE__*/ new Ledger();
let open: Region | null = null;

/** A region with room for that many bytes: a shared one for small arrays, one of its own for a large one. */
function regionFor(nbytes: number): Region {
  if (nbytes > regionBytes / 32) return new Region(nbytes);
  if (open === null || open.used + nbytes > regionBytes) open = new Region(regionBytes);
  return open;
}

/** Memory of the `js` device: a piece of an ArrayBuffer, which the garbage collector owns. */
class JsStorage extends Storage {
  private region: Region | null;
  private readonly start: number;
  private typed: TypedArray | null = null;

  constructor(nbytes: number) {
    super(js, nbytes);
    const region = regionFor(nbytes);
    this.region = region;
    this.start = region.used;
    region.used += (nbytes + 15) & ~15;
    ledger.add(region, nbytes);
  }

  view(d: DType): TypedArray {
    const known = this.typed;
    if (known !== null && known.constructor === d.TypedArray) return known;
    if (this.region === null) this.throwReleased();
    const { TypedArray } = d;
    this.typed = new TypedArray(
      this.region.buffer,
      this.start,
      Math.floor(this.nbytes / TypedArray.BYTES_PER_ELEMENT),
    );
    return this.typed;
  }

  release(): void {
    if (this.region === null) return;
    ledger.add(this.region, -this.nbytes);
    this.released = true;
    this.region = null;
    this.typed = null;
  }
}

/** Elements of a contiguous array in its storage, not copied. */
export function windowOf(x: NdArray): TypedArray {
  const lanes = x.dtype.lanes;
  return x.storage.view(x.dtype).subarray(x.offset * lanes, (x.offset + x.size) * lanes);
}

/**
 * The device that is everywhere: plain TypeScript, no installation. It is the readable reference against which the others
 * are tested.
 */
export const js: Device = {
  name: 'js',
  slot: 0,
  synchronous: true,
  kernels: own,
  memory: ledger,
  supports: () => true,
  elementBytes: (d) => d.itemsize,
  allocate(nbytes) {
    const storage = new JsStorage(nbytes);
    track(storage);
    return storage;
  },
  write(x, data) {
    windowOf(x).set(data as never);
  },
  readSync(x) {
    return windowOf(x).slice();
  },
  async read(x) {
    return windowOf(x).slice();
  },
  async synchronize() {},
};
