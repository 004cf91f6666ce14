/// <reference types="@webgpu/types" />
import { DeviceError, NeedsHostSyncError, ValueError } from '@chainer/xp/internal';
import { later } from './later.ts';
import { type Command, Line } from './line.ts';
import { type Pipeline, Pipelines } from './pipelines.ts';

/** Bytes of one dispatch's parameters at most, and of those of all dispatches of a batch. */
const windowBytes = 4096;
const ringBytes = 1 << 19;
/** So many dispatches are sent together at most: the processor should not wait long for its first work. */
const batchSize = 256;
/** Milliseconds in which a device whose read failed may say that it was lost. */
const patience = 1000;
/** Words of the report into which kernels write what they found wrong: the complaint's number, then two values. */
const reportBytes = 16;

/** A piece of the processor's memory. */
export interface Block {
  readonly buffer: GPUBuffer;
  readonly size: number;
  /** The batch that used it last. */
  batch: number;
  /** Where it begins, if it is only a part of the buffer. */
  readonly start?: number;
  /** The block of which it is a part, if it shares a buffer with others. */
  readonly whole?: Block;
}

/** Where buffers for one run of a kernel come from. */
export interface Scratch {
  scratch(nbytes: number): Block;
  giveScratchBack(block: Block): void;
}

/** Makes the error of what a kernel found wrong from the two values that it left. */
export type Complaint = (a: number, b: number) => Error;

/**
 * A GPUDevice with what is shared by all kernels: pipelines by their text, a ring of parameters, one batch of commands that is
 * sent when something is read, when it is long enough, or when the running task ends. Kernels are compiled beside the program: a
 * batch that runs one for the first time waits for it, and what comes after waits in line.
 */
export class Gpu {
  readonly device: GPUDevice;
  /** Whether a CPU stands in for the processor: workgroups share no faster memory then, and waiting for each other is dear. */
  readonly emulated: boolean;
  /** Whether it is, and kernels may exchange values among the four lanes of its vectors. */
  readonly lanes: boolean;
  /** Bytes that one binding of a kernel covers at most; of larger buffers parts are bound. */
  readonly mostBound: number;
  /** Number of the batch that is being recorded. */
  batch = 1;
  /** Dispatches and batches so far: for measurements. */
  dispatches = 0;
  batches = 0;
  /** Parameters as they are written, in words. */
  readonly words: Uint32Array = new Uint32Array((ringBytes + windowBytes) / 4);
  readonly ints: Int32Array = new Int32Array(this.words.buffer);
  readonly floats: Float32Array = new Float32Array(this.words.buffer);

  private readonly pipelines: Pipelines;
  private readonly line: Line;
  /** Set by the memory of the device. */
  memory: Scratch | null = null;
  /** What kernels report into, as one of their blocks; what they write there becomes an error of the next read. */
  readonly report: Block;
  private readonly complaints: Complaint[] = [];
  private readonly complaintNumbers = new Map<string, number>();
  private readonly idle: Array<() => void> = [];
  private staging: GPUBuffer[] = [];
  private used = 0;
  private commands: Command[] = [];
  private promised = false;
  /** Resolves when the device was lost, after `broken` says so. */
  private readonly lost: Promise<void>;
  /** Why nothing can be computed any more. */
  private broken: Error | null = null;

  constructor(device: GPUDevice) {
    this.device = device;
    // Older browsers do not say where a device comes from.
    const info = (device as { adapterInfo?: GPUAdapterInfo }).adapterInfo;
    this.emulated = info?.isFallbackAdapter === true || info?.architecture === 'swiftshader';
    this.mostBound = Math.floor(device.limits.maxStorageBufferBindingSize / 256) * 256;
    this.lanes =
      this.emulated &&
      device.features.has('subgroups') &&
      info?.subgroupMinSize === 4 &&
      info.subgroupMaxSize === 4;
    const parameters = device.createBuffer({
      size: ringBytes + windowBytes,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    const report = device.createBuffer({
      size: reportBytes,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    this.report = { buffer: report, size: reportBytes, batch: 0 };
    const parameterLayout = device.createBindGroupLayout({
      entries: [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: 'uniform', hasDynamicOffset: true },
        },
      ],
    });
    const bound = device.createBindGroup({
      layout: parameterLayout,
      entries: [{ binding: 0, resource: { buffer: parameters, size: windowBytes } }],
    });
    this.line = new Line(device, parameters, bound, (cause) => {
      this.broken ??= new DeviceError(
        `[webgpu] a kernel could not be compiled or sent: ${(cause as Error).message}`,
        { cause },
      );
    });
    this.pipelines = new Pipelines(device, parameterLayout);
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault();
      this.broken ??= new DeviceError(`[webgpu] the processor refused a command: ${event.error.message}`);
    });
    this.lost = device.lost.then(({ reason, message }) => {
      this.broken = new DeviceError(
        `[webgpu] the device was lost (${reason}: ${message}); its arrays are gone. Make a new one with await createWebGpuDevice() and load what was saved`,
      );
    });
  }

  /**
   * Threads of a workgroup that share one line, of `most` at most. Where they are emulated, those of one vector: waiting for others is
   * dear there (a hundred times what a read costs).
   */
  team(most: number): number {
    return this.emulated ? 4 : most;
  }

  /** Throws where the device was lost or has refused something. */
  check(): void {
    if (this.broken !== null) throw this.broken;
  }

  /** Calls `body` after each batch, when no command waits that could still use a buffer. */
  whenSent(body: () => void): void {
    this.idle.push(body);
  }

  /** The kernel of that text, with one letter for each buffer: `r` for read, `w` for read and write. */
  pipeline(text: string, access: string): Pipeline {
    return this.pipelines.get(text, access);
  }

  /** Whether commands wait for kernels that are being compiled. */
  get waits(): boolean {
    return this.line.end !== null;
  }

  /** Where the next dispatch's parameters go, in words. Nothing else may be recorded before its `dispatch`. */
  begin(): number {
    this.check();
    if (this.used + windowBytes > ringBytes || this.commands.length >= batchSize) this.flush();
    return this.used / 4;
  }

  /** Records a dispatch whose parameters stand in `words` from `begin()` to `end`. */
  dispatch(pipeline: Pipeline, blocks: readonly Block[], end: number, groups: number): void {
    const start = this.used;
    if (end * 4 - start > windowBytes) {
      throw new ValueError(
        `[webgpu] a kernel has ${end * 4 - start} bytes of parameters, the limit is ${windowBytes}; give it fewer operands or axes`,
      );
    }
    this.used = (end * 4 + 255) & ~255;
    for (const b of blocks) b.batch = this.batch;
    this.commands.push({ pipeline, bound: this.pipelines.bound(pipeline.layout, blocks), start, groups });
    this.dispatches++;
    this.promise();
  }

  /** The number, not 0, under which kernels report what `make` turns into an error; one for each key. */
  complaint(key: string, make: Complaint): number {
    const known = this.complaintNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.complaints.push(make);
    this.complaintNumbers.set(key, number);
    return number;
  }

  /** Puts bytes into a block, in order with what was recorded. */
  write(block: Block, offset: number, data: Uint32Array | Int32Array | Float32Array): void {
    this.check();
    // Writes go to the queue at once; a batch that uses the block must be there before.
    if (block.batch === this.batch) this.flush();
    const at = (block.start ?? 0) + offset;
    this.line.write(block.buffer, at, data);
  }

  /** Records a copy between two blocks. */
  copy(from: Block, fromOffset: number, to: Block, toOffset: number, nbytes: number): void {
    this.check();
    this.transfer(from.buffer, (from.start ?? 0) + fromOffset, to.buffer, (to.start ?? 0) + toOffset, nbytes);
    from.batch = this.batch;
    to.batch = this.batch;
  }

  /**
   * A copy of bytes as they are now.
   *
   * @throws {IndexError} or another error, where a kernel before has reported one.
   */
  async read(block: Block, offset: number, nbytes: number): Promise<ArrayBuffer> {
    this.check();
    const size = nbytes + reportBytes;
    const buffer = this.stagingOf(size);
    this.transfer(block.buffer, (block.start ?? 0) + offset, buffer, 0, nbytes);
    this.transfer(this.report.buffer, 0, buffer, nbytes, reportBytes);
    this.flush();
    if (this.line.end !== null) await this.line.end;
    this.check();
    try {
      await buffer.mapAsync(GPUMapMode.READ, 0, size);
    } catch (cause) {
      // A device that is lost says why after it has rejected what waits, in browsers some time after.
      await Promise.race([this.lost, new Promise((resolve) => setTimeout(resolve, patience))]);
      this.check();
      throw new DeviceError('[webgpu] reading failed', { cause });
    }
    const bytes = buffer.getMappedRange(0, size).slice(0);
    buffer.unmap();
    if (this.staging.length < 8) this.staging.push(buffer);
    else buffer.destroy();
    this.check();
    this.complain(new Int32Array(bytes, nbytes, reportBytes / 4));
    return bytes;
  }

  /** Waits until everything recorded has run. */
  async synchronize(): Promise<void> {
    this.flush();
    if (this.line.end !== null) await this.line.end;
    await this.device.queue.onSubmittedWorkDone();
    this.check();
  }

  /** Sends what was recorded, or puts it into the line. */
  flush(): void {
    const { commands, used } = this;
    if (commands.length === 0) return;
    this.commands = [];
    this.used = 0;
    this.batch++;
    this.batches++;
    this.line.send(commands, this.words, used / 4, () => {
      // What is recorded by then may use buffers that lie in the pool.
      if (this.commands.length === 0) for (const body of this.idle) body();
    });
  }

  private transfer(from: GPUBuffer, at: number, to: GPUBuffer, toAt: number, nbytes: number): void {
    this.commands.push({ pipeline: null, from, at, to, toAt, nbytes });
    this.promise();
  }

  /** Sees to it that what was recorded is sent at the end of the running task. */
  private promise(): void {
    if (this.promised) return;
    this.promised = true;
    later(() => {
      this.promised = false;
      if (this.broken === null) this.flush();
    });
  }

  private stagingOf(size: number): GPUBuffer {
    const at = this.staging.findIndex((b) => b.size >= size && b.size <= 4 * size + 4096);
    if (at >= 0) return this.staging.splice(at, 1)[0] as GPUBuffer;
    return this.device.createBuffer({
      size: 2 ** Math.ceil(Math.log2(Math.max(size, 256))),
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
  }

  private complain(report: Int32Array): void {
    const [number, a, b] = report as unknown as [number, number, number];
    if (number === 0) return;
    this.device.queue.writeBuffer(this.report.buffer, 0, new Uint32Array(reportBytes / 4));
    const make = this.complaints[number - 1];
    throw make ? make(a, b) : new DeviceError(`[webgpu] a kernel reported ${number}: ${a}, ${b}`);
  }
}

/** The error of what would need to wait. */
export function mustWait(who: string, instead: string): NeedsHostSyncError {
  return new NeedsHostSyncError(`[${who}] device webgpu cannot be read without waiting; use ${instead}`);
}
