import type { Device, DeviceMemory } from '../core/device.ts';
import type { DType, TypedArray } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { track } from '../core/scope.ts';
import { Storage } from '../core/storage.ts';
import { jsKernels } from './kernels.ts';

/** Counts bytes that are alive: released ones leave at once, collected ones when the runtime says so. */
class Ledger implements DeviceMemory {
  private live = 0;
  private peak = 0;
  private readonly registry = new FinalizationRegistry<Account>((account) => this.close(account));

  open(storage: JsStorage, account: Account): void {
    this.live += account.nbytes;
    if (this.live > this.peak) this.peak = this.live;
    this.registry.register(storage, account);
  }

  close(account: Account): void {
    this.live -= account.nbytes;
    account.nbytes = 0;
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

interface Account {
  nbytes: number;
}

/** Memory of the `js` device: an ArrayBuffer, which the garbage collector owns. */
class JsStorage extends Storage {
  private buffer: ArrayBuffer | null;
  private typed: TypedArray | null = null;
  private readonly account: Account;

  constructor(nbytes: number) {
    super(js, nbytes);
    this.buffer = new ArrayBuffer(nbytes);
    this.account = { nbytes };
    ledger.open(this, this.account);
  }

  view(d: DType): TypedArray {
    const known = this.typed;
    if (known !== null && known.constructor === d.TypedArray) return known;
    if (this.buffer === null) this.throwReleased();
    this.typed = new d.TypedArray(this.buffer, 0, Math.floor(this.nbytes / d.TypedArray.BYTES_PER_ELEMENT));
    return this.typed;
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.buffer = null;
    this.typed = null;
    ledger.close(this.account);
  }
}

const ledger = /*#__PURE__*/ new Ledger();

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
  kernels: jsKernels,
  memory: ledger,
  supports: () => true,
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
