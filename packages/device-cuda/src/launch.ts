import type { Compiled, Compiler } from './compiler.ts';
import type { Gpu } from './driver.ts';
import { callSite } from './memory.ts';
import type { Native } from './native.ts';
import type { CudaStorage } from './storage.ts';
import type { Stream } from './streams.ts';

/** Blocks get no more shared memory than this without asking. */
const freelyShared = 48 * 1024;
/** `CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES` */
const dynamicShared = 8;
/** So many kernels are remembered for the error that comes with the next wait. */
const remembered = 16;

/** What a launcher asks of its device. */
export interface LaunchOwner {
  readonly stream: Stream;
  readonly debug: boolean;
  readonly capturing: Stream | null;
  /** Waits for the stream, and throws what kernels complained about. */
  settle(): void;
}

/** Queues kernels in the current stream, and remembers which, for errors that arrive later. */
export class Launcher {
  readonly native: Native;
  readonly compiler: Compiler;
  private readonly gpu: Gpu;
  private readonly owner: LaunchOwner;
  private readonly launchFunction: number;
  private readonly allowed = new Map<number, number>();
  /** Names of what was queued since the last wait, the last ones. */
  private readonly names: string[] = [];
  private count = 0;
  /** Kernels queued so far. */
  launches = 0;

  constructor(gpu: Gpu, compiler: Compiler, owner: LaunchOwner) {
    this.gpu = gpu;
    this.native = compiler.native;
    this.compiler = compiler;
    this.owner = owner;
    this.launchFunction = gpu.driver.fn('cuLaunchKernel');
  }

  /** Queues a function whose one parameter lies in the native side's memory for parameters. */
  launch(
    name: string,
    { address }: Compiled,
    gridX: number,
    gridY: number,
    block: number,
    shared: number,
  ): void {
    this.queue(name, address, [gridX, gridY, 1], [block, 1, 1], shared, this.native.onlyParameter);
  }

  /** Queues a function with a list of pointers to its parameters. */
  queue(
    name: string,
    f: number,
    grid: readonly [number, number, number],
    block: readonly [number, number, number],
    shared: number,
    parameters: number,
  ): void {
    const { gpu, native, owner } = this;
    gpu.use();
    if (shared > freelyShared) this.allow(f, shared);
    const { D } = native;
    D[0] = this.launchFunction;
    D[1] = 11;
    D[2] = 0;
    D[3] = f;
    D[4] = grid[0];
    D[5] = grid[1];
    D[6] = grid[2];
    D[7] = block[0];
    D[8] = block[1];
    D[9] = block[2];
    D[10] = shared;
    D[11] = owner.stream.handle;
    D[12] = parameters;
    D[13] = 0;
    const code = native.addon.status();
    this.launches++;
    this.names[this.count++ % remembered] = name;
    if (code !== 0)
      throw gpu.driver.error(
        code,
        `launching kernel ${name} (${grid.join('×')} blocks of ${block.join('×')} threads, ${shared} bytes shared)`,
      );
    if (owner.debug && owner.capturing === null) this.settleAt(name, callSite());
  }

  uses(storage: CudaStorage): void {
    storage.usedBy(this.owner.stream);
  }

  /** The kernels since the last wait, for its error. */
  recent(): string {
    const n = Math.min(this.count, remembered);
    if (n === 0) return '';
    const last = Array.from({ length: n }, (_, k) => this.names[(this.count - n + k) % remembered]);
    const more = this.count > n ? `${this.count - n} others, ` : '';
    return `; kernels since the last wait: ${more}${last.join(', ')} (CHAINER_CUDA_DEBUG=1 finds the one at fault)`;
  }

  /** All has run. */
  forget(): void {
    this.count = 0;
  }

  private settleAt(name: string, site: string): void {
    try {
      this.owner.settle();
    } catch (cause) {
      if (cause instanceof Error) cause.message += `\n  in kernel ${name}, launched at ${site}`;
      throw cause;
    }
  }

  private allow(f: number, shared: number): void {
    if ((this.allowed.get(f) ?? 0) >= shared) return;
    this.gpu.use();
    this.gpu.driver.check('cuFuncSetAttribute', f, dynamicShared, shared);
    this.allowed.set(f, shared);
  }
}
