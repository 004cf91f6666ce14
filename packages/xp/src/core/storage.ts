import { ReleasedError } from '../errors.ts';
import type { Device } from './device.ts';
import type { DType, TypedArray } from './dtype.ts';

/**
 * Memory of one array and its views. Devices derive from it. Memory comes back when the object is collected, or at once by
 * `release()`: scopes and the graph call that for what they made, users seldom do.
 */
export abstract class Storage {
  readonly device: Device;
  readonly nbytes: number;
  /** Scopes and graphs leave a kept storage alone. */
  kept = false;
  released = false;
  /** Gradients of a running backward pass that stand on it, and the pass that made it. */
  holders = 0;
  born = 0;

  constructor(device: Device, nbytes: number) {
    this.device = device;
    this.nbytes = nbytes;
  }

  /** Name of an opaque layout of the device's in which elements stand for the time being; null for plain strides. */
  get layoutName(): string | null {
    return null;
  }

  /** The whole memory as raw elements, on devices whose memory the host can see. Valid while the storage is referenced. */
  abstract view(d: DType): TypedArray;

  /** Says that a graph let go of it: it is garbage unless somebody else holds it. A device may take that as a sign that collecting pays. */
  abandon(): void {}

  /** Gives the memory back. Using an array of this storage afterwards throws. */
  abstract release(): void;

  protected throwReleased(): never {
    throw new ReleasedError(
      '[NdArray] this array was released by the scope or backward pass that made it; call keep(x) inside to keep it, or copy what you need',
    );
  }
}
