import { DeviceError } from '../errors.ts';
import type { CapturedWork, Device, Kernels } from './device.ts';
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
 *
 * Devices that can capture work (graphs of `cuda`) are given all calls between two such things at once when it is first done again.
 */
export class Recording {
  private readonly device: Device;
  private readonly calls: Call[] = [];
  private readonly operands: (readonly unknown[])[] = [];
  private readonly storages: Storage[] = [];
  /** Places of calls that are the host's. */
  private readonly onHost: number[] = [];
  /** What a replay does where the device has captured the calls; null: call by call. */
  private steps: readonly (() => void)[] | null = null;
  private work: CapturedWork[] = [];
  private prepared = false;

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
    this.onHost.push(this.calls.length);
    this.add(body, []);
    this.outside(body);
  }

  /** Does everything again. */
  replay(): void {
    if (!this.prepared) this.prepare();
    if (this.steps === null) this.play(0, this.calls.length);
    else for (const step of this.steps) step();
  }

  private play(from: number, to: number): void {
    const { calls, operands } = this;
    for (let i = from; i < to; i++) (calls[i] as Call)(...(operands[i] as readonly unknown[]));
  }

  /** Has the device capture what lies between the host's calls. What it cannot capture is done call by call, which is told. */
  private prepare(): void {
    this.prepared = true;
    const { device } = this;
    if (device.capture === undefined) return;
    const steps: (() => void)[] = [];
    let from = 0;
    try {
      for (const host of [...this.onHost, this.calls.length]) {
        const [begin, end] = [from, host];
        if (end - begin === 1) steps.push(() => this.play(begin, end));
        if (end - begin > 1) {
          const work = device.capture(() => this.play(begin, end));
          this.work.push(work);
          steps.push(() => work.launch());
        }
        if (host < this.calls.length) steps.push(() => this.play(host, host + 1));
        from = host + 1;
      }
    } catch (error) {
      this.dropWork();
      if (!(error instanceof DeviceError)) throw error;
      console.warn(`[chainer] what was recorded on ${device.name} is done call by call: ${error.message}`);
      return;
    }
    this.steps = steps;
  }

  private dropWork(): void {
    for (const work of this.work) work.release();
    this.work = [];
    this.steps = null;
  }

  /** Gives the memory back. */
  release(): void {
    this.dropWork();
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
