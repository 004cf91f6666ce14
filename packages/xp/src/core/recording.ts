import type { Device, Kernels } from './device.ts';
import type { TypedArray } from './dtype.ts';
import type { NdArray } from './ndarray.ts';
import type { Storage } from './storage.ts';

type Call = (...operands: unknown[]) => unknown;

let current: Recording | null = null;

/** The recording that is running; null: none. */
export function activeRecording(): Recording | null {
  return current;
}

/**
 * What a piece of code makes a device do, to be done again without the code: every kernel call with its operands, and every write of
 * host data, in order. All memory that the code allocates stays, as the calls name it.
 *
 * What the code decides on the host (shapes, branches, numbers that it reads) is decided once, when it is recorded. Random numbers
 * are drawn anew each time; other things that have to be done anew go through `run`.
 */
export class Recording {
  private readonly device: Device;
  private readonly calls: Call[] = [];
  private readonly operands: (readonly unknown[])[] = [];
  private readonly storages: Storage[] = [];

  constructor(device: Device) {
    this.device = device;
  }

  /** Number of calls. */
  get length(): number {
    return this.calls.length;
  }

  /** Runs `body`, recording it. @throws {Error} inside of another recording, or where the size of a result depends on data. */
  record<T>(body: () => T): T {
    if (current !== null) throw new Error('[Recording] one is running already');
    const device = this.device as { -readonly [K in keyof Device]: Device[K] };
    const kernels = device.kernels as unknown as Record<string, Call>;
    const own = { ...kernels };
    const { allocate, write } = device;
    current = this;
    for (const [name, kernel] of Object.entries(own))
      kernels[name] = (...operands) => {
        if (current === null) return kernel(...operands);
        if (name === ('nonzero' satisfies keyof Kernels))
          throw new Error(
            '[Recording] nonzero has a result whose size depends on data: it cannot be recorded',
          );
        this.add(kernel, operands);
        return this.outside(() => kernel(...operands));
      };
    device.allocate = (nbytes: number) => {
      const storage = allocate.call(device, nbytes);
      if (current !== null) {
        storage.kept = true;
        this.storages.push(storage);
      }
      return storage;
    };
    device.write = (x: NdArray, data: TypedArray) => {
      if (current !== null) {
        const copy = data.slice() as TypedArray;
        this.add(() => write.call(device, x, copy), []);
      }
      write.call(device, x, data);
    };
    try {
      return body();
    } finally {
      current = null;
      Object.assign(kernels, own);
      device.allocate = allocate;
      device.write = write;
    }
  }

  /** Runs `body` now and at its place in every replay, as it is: nothing in it is recorded. */
  run(body: () => void): void {
    this.add(body, []);
    this.outside(body);
  }

  /** Does everything again. */
  replay(): void {
    const { calls, operands } = this;
    for (let i = 0; i < calls.length; i++) (calls[i] as Call)(...(operands[i] as readonly unknown[]));
  }

  /** Gives the memory back. */
  release(): void {
    for (const storage of this.storages) {
      storage.kept = false;
      storage.release();
    }
    this.calls.length = 0;
    this.operands.length = 0;
    this.storages.length = 0;
  }

  private add(call: Call, operands: readonly unknown[]): void {
    this.calls.push(call);
    this.operands.push(operands);
  }

  private outside<T>(body: () => T): T {
    current = null;
    try {
      return body();
    } finally {
      current = this;
    }
  }
}
