import { DeviceError } from '@chainer/xp/internal';
import type { Libraries, Library } from './libraries.ts';
import { type CFunction, cstring, type Native } from './native.ts';

/** Statuses that are met on purpose. */
export const outOfMemory = 2;
export const notReady = 600;

/** A failed call of the driver. */
export class CudaError extends DeviceError {
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** The oldest driver that is spoken to: CUDA 12.0. */
const oldest = 12000;

const versionText = (v: number) => `${Math.floor(v / 1000)}.${Math.floor((v % 1000) / 10)}`;

/** The driver of a thread: calls by name, and which context is current. */
export class Driver {
  readonly native: Native;
  readonly library: Library;
  /** The newest CUDA that it serves, as 13000. */
  readonly version: number;
  private current = 0;

  /** @throws {DeviceError} if it is missing, too old, does not start, or has no GPU. */
  constructor(libraries: Libraries) {
    this.native = libraries.native;
    this.library = libraries.open('driver');
    this.check('cuDriverGetVersion', this.native.slot());
    this.version = this.native.int();
    if (this.version < oldest)
      throw new DeviceError(
        `[cuda] the driver (${this.library.where()}) serves CUDA ${versionText(this.version)}; ${versionText(oldest)} is the oldest that works: update it`,
      );
    this.check('cuInit', 0);
  }

  fn(name: string): CFunction {
    return this.library.fn(name);
  }

  /** Calls a function of the driver. @throws {CudaError} if it fails. */
  check(name: string, ...ints: readonly number[]): void {
    const code = this.native.status(this.fn(name), ...ints);
    if (code !== 0) throw this.error(code, name);
  }

  /** The error of a status. */
  error(code: number, what: string): CudaError {
    return new CudaError(`[cuda] ${what} failed: ${this.describe(code)}`, code);
  }

  /** A status by name and explanation. */
  describe(code: number): string {
    const { native } = this;
    const ask = (f: string) =>
      native.status(this.fn(f), code, native.slot(63)) === 0 ? native.addon.text(native.pointer(63)) : '';
    return `${ask('cuGetErrorName') || `status ${code}`} (${ask('cuGetErrorString') || 'unknown'})`;
  }

  get versionText(): string {
    return versionText(this.version);
  }

  get deviceCount(): number {
    this.check('cuDeviceGetCount', this.native.slot());
    return this.native.int();
  }

  /** A library may have made another context the current one. */
  forgetCurrent(): void {
    this.current = 0;
  }

  /** Makes a context the current one of this thread. */
  use(context: number): void {
    if (this.current === context) return;
    this.check('cuCtxSetCurrent', context);
    this.current = context;
  }
}

/** What is asked about a processor. */
const attributes = {
  multiprocessors: 16,
  major: 75,
  minor: 76,
  sharedMemoryOptin: 97,
} as const;

/** A GPU: its properties and its context. */
export class Gpu {
  readonly driver: Driver;
  readonly index: number;
  readonly device: number;
  readonly context: number;
  readonly name: string;
  /** Compute capability, as 90. */
  readonly capability: number;
  readonly multiprocessors: number;
  /** Most bytes of shared memory of a block. */
  readonly sharedMemory: number;
  readonly memory: number;

  /** @throws {DeviceError} if there is no GPU of that number. */
  constructor(driver: Driver, index: number) {
    this.driver = driver;
    this.index = index;
    const { native } = driver;
    const count = driver.deviceCount;
    if (index >= count)
      throw new DeviceError(
        count === 0
          ? '[cuda] the driver sees no GPU (CUDA_VISIBLE_DEVICES hides GPUs, too)'
          : `[cuda] there is no cuda:${index}: the driver sees ${count} GPU${count > 1 ? `s, cuda:0 to cuda:${count - 1}` : ', cuda:0'}`,
      );
    driver.check('cuDeviceGet', native.slot(), index);
    this.device = native.int();
    const name = new Uint8Array(256);
    driver.check('cuDeviceGetName', native.bytes(name), name.length, this.device);
    this.name = new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
    driver.check('cuDevicePrimaryCtxRetain', native.slot(), this.device);
    this.context = native.pointer();
    this.capability = 10 * this.attribute(attributes.major) + this.attribute(attributes.minor);
    this.multiprocessors = this.attribute(attributes.multiprocessors);
    this.sharedMemory = this.attribute(attributes.sharedMemoryOptin);
    this.memory = this.memoryInfo().total;
  }

  private attribute(number: number): number {
    const { driver } = this;
    driver.check('cuDeviceGetAttribute', driver.native.slot(), number, this.device);
    return driver.native.int();
  }

  /** Makes it the current one of this thread. */
  use(): void {
    this.driver.use(this.context);
  }

  /** Bytes that the processor has free, and has. */
  memoryInfo(): { readonly free: number; readonly total: number } {
    this.use();
    const { driver } = this;
    const { native } = driver;
    driver.check('cuMemGetInfo_v2', native.slot(), native.slot(1));
    return { free: native.pointer(), total: native.pointer(1) };
  }

  /** A function of an image (a cubin). */
  load(image: Uint8Array, name: string): number {
    return this.functionOf(this.moduleOf(image), name);
  }

  moduleOf(image: Uint8Array): number {
    this.use();
    const { driver } = this;
    driver.check('cuModuleLoadData', driver.native.slot(), driver.native.bytes(image));
    return driver.native.pointer();
  }

  functionOf(module: number, name: string): number {
    const { native } = this.driver;
    this.driver.check('cuModuleGetFunction', native.slot(), module, native.bytes(cstring(name)));
    return native.pointer();
  }
}
