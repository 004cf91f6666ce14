/// <reference types="@webgpu/types" />
import type { Pipeline } from './pipelines.ts';

/** What is recorded: a run of a kernel whose parameters start at `start`, or a copy. */
export type Command =
  | {
      readonly pipeline: Pipeline;
      readonly bound: GPUBindGroup;
      readonly start: number;
      readonly groups: number;
    }
  | {
      readonly pipeline: null;
      readonly from: GPUBuffer;
      readonly at: number;
      readonly to: GPUBuffer;
      readonly toAt: number;
      readonly nbytes: number;
    };

/**
 * What stands before the device's queue. Batches go to it at once where their kernels are compiled; otherwise they wait, and what comes
 * after them waits in line, so that the order is kept.
 */
export class Line {
  /** Resolves when all that is in the line now was sent; null where nothing waits. */
  end: Promise<void> | null = null;
  private readonly device: GPUDevice;
  private readonly parameters: GPUBuffer;
  private readonly bound: GPUBindGroup;
  private readonly fail: (cause: unknown) => void;
  private failed = false;

  /**
   * @param parameters where those of a batch stand, @param bound as they are bound.
   * @param fail hears why nothing can be sent any more.
   */
  constructor(device: GPUDevice, parameters: GPUBuffer, bound: GPUBindGroup, fail: (cause: unknown) => void) {
    this.device = device;
    this.parameters = parameters;
    this.bound = bound;
    this.fail = fail;
  }

  /**
   * Sends a batch.
   *
   * @param words parameters, of which `count` count; the caller may write over them.
   * @param done called when nothing waits any more.
   */
  send(commands: readonly Command[], words: Uint32Array, count: number, done: () => void): void {
    const missing = new Set<Promise<void>>();
    for (const { pipeline } of commands) if (pipeline?.compiled === null) missing.add(pipeline.ready);
    if (missing.size === 0 && this.end === null) {
      this.submit(commands, words, count);
      done();
      return;
    }
    const own = words.slice(0, count);
    this.wait([...missing], () => this.submit(commands, own, count), done);
  }

  /** Writes into a buffer, after what is in the line. */
  write(buffer: GPUBuffer, at: number, data: Uint32Array | Int32Array | Float32Array): void {
    const put = (bytes: typeof data) =>
      this.device.queue.writeBuffer(buffer, at, bytes as Float32Array<ArrayBuffer>);
    if (this.end === null) put(data);
    else {
      const own = data.slice();
      this.wait([], () => put(own));
    }
  }

  private wait(kernels: readonly Promise<void>[], body: () => void, done?: () => void): void {
    const before = this.end;
    const turn = async () => {
      await before;
      try {
        await Promise.all(kernels);
        if (!this.failed) body();
      } catch (cause) {
        this.failed = true;
        this.fail(cause);
      }
      if (this.end !== mine) return;
      this.end = null;
      done?.();
    };
    const mine: Promise<void> = turn();
    this.end = mine;
  }

  private submit(commands: readonly Command[], words: Uint32Array, count: number): void {
    const { device } = this;
    const most = device.limits.maxComputeWorkgroupsPerDimension;
    const encoder = device.createCommandEncoder();
    let pass: GPUComputePassEncoder | null = null;
    for (const command of commands) {
      if (command.pipeline === null) {
        pass?.end();
        pass = null;
        encoder.copyBufferToBuffer(command.from, command.at, command.to, command.toAt, command.nbytes);
        continue;
      }
      const { pipeline, bound, start, groups } = command;
      pass ??= encoder.beginComputePass();
      pass.setPipeline(pipeline.compiled as GPUComputePipeline);
      pass.setBindGroup(0, this.bound, [start]);
      pass.setBindGroup(1, bound);
      if (groups <= most) pass.dispatchWorkgroups(groups);
      else pass.dispatchWorkgroups(most, Math.ceil(groups / most));
    }
    pass?.end();
    if (count > 0) device.queue.writeBuffer(this.parameters, 0, words as Uint32Array<ArrayBuffer>, 0, count);
    device.queue.submit([encoder.finish()]);
  }
}
