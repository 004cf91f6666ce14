import {
  type CapturedWork,
  type Device,
  DeviceError,
  type DeviceGroup,
  type DType,
  freeSlot,
  type Kernels,
  type NdArray,
  type TypedArray,
  withDevice,
} from '@chainer/xp/internal';
import { Compiler } from './compiler.ts';
import { Context } from './context.ts';
import type { Gpu } from './driver.ts';
import { captured } from './graph.ts';
import type { Handles } from './handles.ts';
import { cudaKernels } from './kernels.ts';
import { Launcher } from './launch.ts';
import type { Libraries } from './libraries.ts';
import { CudaMemory } from './memory.ts';
import { libraryKernels } from './nvidia/kernels.ts';
import { groupOf } from './nvidia/together.ts';
import { copyBetween } from './peers.ts';
import { pinned, Staging } from './staging.ts';
import { pointer, storageOf } from './storage.ts';
import { Event, Stream } from './streams.ts';

/** What the devices of a thread share. */
export interface Shared {
  readonly libraries: Libraries;
  readonly handles: Handles;
}

const bytesOf = (data: TypedArray) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The device `cuda:N`: a GPU of NVIDIA's. Kernels are queued; whoever reads waits for them. */
export class CudaDevice implements Device {
  readonly name: string;
  readonly slot: number;
  readonly synchronous = true;
  readonly kernels: Kernels;
  readonly recurrentSpace: NonNullable<Device['recurrentSpace']>;
  readonly memory: CudaMemory;
  readonly gpu: Gpu;
  readonly libraries: Libraries;
  readonly compiler: Compiler;
  /** The stream in which kernels are queued. */
  stream: Stream;
  /** Whether every kernel is waited for, so that errors come at once and name where it was launched. */
  debug = process.env.CHAINER_CUDA_DEBUG === '1';
  /**
   * Whether products of float32 may round their operands to TF32 (10 bits of fraction), which tensor cores multiply several times faster.
   * They do not, unless this or the environment variable `CHAINER_CUDA_TF32=1` says so.
   */
  tf32 = process.env.CHAINER_CUDA_TF32 === '1';
  /** Whether libraries use only algorithms that compute the same bits in every run, at the cost of faster ones. */
  deterministic = false;
  /** The stream of which a graph is being captured. */
  capturing: Stream | null = null;
  private readonly context: Context;
  /** What queues kernels. */
  readonly launcher: Launcher;
  private readonly staging: Staging;
  private readonly report: Int32Array;

  constructor(gpu: Gpu, { libraries, handles }: Shared) {
    this.gpu = gpu;
    this.libraries = libraries;
    this.name = `cuda:${gpu.index}`;
    this.slot = freeSlot();
    this.memory = new CudaMemory(gpu, handles);
    this.stream = new Stream(this);
    this.compiler = new Compiler(gpu, libraries);
    this.launcher = new Launcher(gpu, this.compiler, this);
    this.staging = new Staging(gpu);
    const { address, buffer } = pinned(gpu, 64);
    this.report = new Int32Array(buffer, 0, 3);
    this.report.fill(0);
    this.context = new Context(this, this.launcher, { address });
    const { kernels, recurrentSpace } = libraryKernels(this.context, cudaKernels(this.context));
    this.kernels = kernels;
    this.recurrentSpace = recurrentSpace;
  }

  /** All of them. */
  supports(_: DType): boolean {
    return true;
  }

  elementBytes(d: DType): number {
    return d.itemsize;
  }

  allocate(nbytes: number) {
    return this.memory.allocate(this, nbytes);
  }

  write(x: NdArray, data: TypedArray): void {
    if (data.byteLength === 0) return;
    const storage = storageOf(x);
    storage.usedBy(this.stream);
    this.gpu.use();
    const address = storage.address + x.offset * x.dtype.itemsize;
    if (this.capturing === this.stream) this.staging.writeForGood(address, bytesOf(data), this.stream);
    else this.staging.write(address, bytesOf(data), this.stream);
  }

  /** @throws {Error} what kernels complained about, or why they failed. */
  readSync(x: NdArray): TypedArray {
    this.refuseCapture('read');
    const storage = storageOf(x);
    storage.usedBy(this.stream);
    const data = new x.dtype.TypedArray(x.size * x.dtype.lanes);
    this.gpu.use();
    this.guarded(() =>
      this.staging.read(storage.address + x.offset * x.dtype.itemsize, bytesOf(data), this.stream),
    );
    this.complain();
    return data;
  }

  /** What the array holds at this place of the stream, whatever is queued behind. */
  async read(x: NdArray): Promise<TypedArray> {
    this.refuseCapture('read');
    const { stream, gpu, memory } = this;
    const { driver } = gpu;
    const storage = storageOf(x);
    storage.usedBy(stream);
    const bytes = x.size * x.dtype.itemsize;
    const copy = memory.scratchOn(stream, bytes);
    try {
      gpu.use();
      if (bytes > 0) {
        const from = storage.address + x.offset * x.dtype.itemsize;
        driver.check('cuMemcpyDtoDAsync_v2', copy.address, from, bytes, stream.handle);
      }
      await this.passed(stream);
      const data = new x.dtype.TypedArray(x.size * x.dtype.lanes);
      gpu.use();
      this.guarded(() => this.staging.read(copy.address, bytesOf(data), stream));
      return data;
    } finally {
      memory.giveScratchBack(copy);
    }
  }

  /**
   * From another GPU of this thread: the copy takes its place in both streams. GPUs that reach each other's memory copy directly, the driver
   * goes by way of the host for others.
   */
  receive(y: NdArray, x: NdArray): boolean {
    const source = x.device;
    if (!(source instanceof CudaDevice) || source.gpu.driver !== this.gpu.driver) return false;
    this.refuseCapture('copied between GPUs');
    source.refuseCapture('copied between GPUs');
    copyBetween(pointer(x).address, source, pointer(y).address, this, x.size * x.dtype.itemsize);
    return true;
  }

  /** With other GPUs of this thread, through NCCL; null where it is missing. */
  together(devices: readonly Device[]): DeviceGroup | null {
    return groupOf(devices);
  }

  /** As a graph: its launch costs one call. */
  capture(body: () => void): CapturedWork {
    return captured(this, body);
  }

  /** Runs `body`, whose new arrays are made here unless it says otherwise. */
  use<T>(body: () => T): T {
    return withDevice(this, body);
  }

  /** Waits until everything queued in the current stream has run. @throws {Error} as `readSync`. */
  async synchronize(): Promise<void> {
    await this.passed(this.stream);
  }

  /** The same without letting anything else run meanwhile. */
  synchronizeSync(): void {
    this.settle();
  }

  settle(stream: Stream = this.stream): void {
    this.refuseCapture('waited for');
    this.gpu.use();
    this.guarded(() => this.gpu.driver.check('cuStreamSynchronize', stream.handle));
    this.complain();
  }

  /** Kernels of the device's own that were queued so far. */
  get launches(): number {
    return this.launcher.launches;
  }

  /** A new stream, beside the others. */
  newStream(): Stream {
    return new Stream(this);
  }

  /** A new mark for streams. */
  event(): Event {
    return new Event(this.gpu);
  }

  /** A mark behind what is queued in the current stream. */
  mark(): Event {
    return this.stream.record(this.event());
  }

  /** Waits in another thread for what a stream has queued so far. */
  private async passed(stream: Stream): Promise<void> {
    const { driver, context } = this.gpu;
    const event = stream.record(new Event(this.gpu, false));
    const code = await driver.native.later([
      [driver.fn('cuCtxSetCurrent'), context],
      [driver.fn('cuEventSynchronize'), event.handle],
    ]);
    event.release();
    this.guarded(() => {
      if (code !== 0) throw driver.error(code, 'waiting for kernels');
    });
    this.complain();
  }

  /** Errors of a wait name what was waited for. */
  private guarded(wait: () => void): void {
    try {
      wait();
    } catch (cause) {
      if (cause instanceof Error) cause.message += this.launcher.recent();
      throw cause;
    }
    this.launcher.forget();
  }

  /** What is being captured has not run. */
  private refuseCapture(what: string): void {
    if (this.capturing === this.stream)
      throw new DeviceError(`[captureGraph] nothing can be ${what} while a graph is captured`);
  }

  /** Throws what kernels have found wrong, once. */
  private complain(): void {
    const [number = 0, a = 0, b = 0] = this.report;
    if (number === 0) return;
    this.report.fill(0);
    throw this.context.errorOf(number, a, b);
  }
}
