import { DeviceError } from '@chainer/xp/internal';
import type { Native } from './native.ts';

/** What a handle stands for. */
export interface Owned {
  /** Nobody can reach it any more. */
  collected(): void;
}

/** An object that says so when it is collected, inside the collection. */
export interface Handle {
  readonly number: number;
  readonly external: unknown;
}

/** Most handles of a thread; the same as in native/addon.cc. */
const most = 1 << 22;

/**
 * Handles of a thread: what hangs on one is given back when the collector finds it. The collector leaves numbers in a list; `drain`
 * gives back what they stand for.
 */
export class Handles {
  private readonly native: Native;
  private readonly owned: (Owned | null)[] = [];
  /** Numbers of handles that were collected, to be given again. */
  private readonly numbers: number[] = [];
  /** Handles of what was released before its time. */
  private readonly spare: Handle[] = [];

  constructor(native: Native) {
    this.native = native;
  }

  /** A handle for something, to be referenced by what users hold. */
  hang(owned: Owned): Handle {
    const spare = this.spare.pop();
    if (spare !== undefined) {
      this.owned[spare.number] = owned;
      return spare;
    }
    const number = this.numbers.pop() ?? this.owned.length;
    if (number >= most)
      throw new DeviceError(`[cuda] ${most} arrays are alive, which is all that there can be`);
    this.owned[number] = owned;
    return { number, external: this.native.addon.handle(number) };
  }

  /** Something was released before its time; its handle serves again. */
  spareHandle(handle: Handle): void {
    this.owned[handle.number] = null;
    this.spare.push(handle);
  }

  /** Gives back what the collector has found. */
  drain(): void {
    const { freed } = this.native;
    const n = freed[0]!;
    if (n === 0) return;
    freed[0] = 0;
    for (let k = 1; k <= n; k++) {
      const number = freed[k]!;
      const owned = this.owned[number];
      this.owned[number] = null;
      this.numbers.push(number);
      owned?.collected();
    }
  }

  /** Everything that hangs. */
  *all(): IterableIterator<Owned> {
    for (const owned of this.owned) if (owned !== null && owned !== undefined) yield owned;
  }
}
