import type { NdArray } from '@chainer/xp/functions';
import { picked } from '@chainer/xp/internal';
import { checkOptions } from '../core/check-options.ts';
import { builtin } from '../files.ts';
import { type ModuleExport, moduleUrl, WorkerThread } from '../worker-thread.ts';
import type { LoadRequest } from '../workers/examples.ts';
import type { SentExport } from '../workers/module-export.ts';
import { unpack } from '../workers/packing.ts';
import { partsLike, type SharedPart, sharedArray } from '../workers/shared-batch.ts';
import type { WalkOptions } from './epoch-walk.ts';
import { PrefetchIterator } from './prefetch-iterator.ts';

/** Options of `MultiprocessIterator`. */
export interface MultiprocessIteratorOptions extends WalkOptions {
  /** Workers; as many as there are processors where null. */
  readonly nProcesses?: number | null;
  /** Batches that are loaded ahead. */
  readonly nPrefetch?: number;
  /** Seconds without a batch after which a warning says so. */
  readonly datasetTimeout?: number;
  /** Options of Node for the workers (loaders, say); the process's own where null. */
  readonly execArgv?: readonly string[] | null;
}

type Shared = NonNullable<LoadRequest['shared']>;

/**
 * Batches of a dataset that worker threads load, while this thread computes. Order and epochs are SerialIterator's, also after
 * resuming in the middle of an epoch.
 *
 * Threads share no objects, so the dataset is named by a module that exports it, or exports a function that makes it. Arrays come through
 * shared memory, one block per batch. What the dataset throws in a worker is thrown by `next`, with the stack of the worker; calling `next` again
 * tries the same batch again. Workers end with `finalize`, or with the process, which they do not keep alive.
 *
 * @param dataset where workers find the dataset.
 * @throws {Error} if both `shuffle` and `orderSampler` are given, or a size is not positive.
 * @example
 * import { MultiprocessIterator } from 'chainer/iterators';
 * // squares.js: export default (n) => ({ length: n, at: (i) => i * i });
 * const module = 'data:text/javascript,export default (n) => ({ length: n, at: (i) => i * i })';
 * const options = { nProcesses: 2, repeat: false, shuffle: false };
 * const batches = new MultiprocessIterator<number>({ module, args: [5] }, 3, options);
 * (await batches.next()).value; // [0, 1, 4]
 * await batches.finalize();
 */
export class MultiprocessIterator<E = unknown> extends PrefetchIterator<E> {
  private readonly dataset: SentExport;
  private readonly nProcesses: number;
  private readonly datasetTimeout: number;
  private readonly execArgv: readonly string[] | null;
  private workers: WorkerThread[] = [];
  private parts: { readonly parts: SharedPart[]; readonly bytes: number } | null = null;
  /** Blocks that no batch is in. */
  private free: SharedArrayBuffer[] = [];

  constructor(dataset: ModuleExport, batchSize: number, options: MultiprocessIteratorOptions = {}) {
    const who = 'MultiprocessIterator';
    checkOptions(who, options, [
      'repeat',
      'shuffle',
      'orderSampler',
      'nProcesses',
      'nPrefetch',
      'datasetTimeout',
      'execArgv',
    ]);
    const { nProcesses = null, nPrefetch = 1, datasetTimeout = 30, execArgv = null, ...walk } = options;
    super(who, batchSize, nPrefetch, walk);
    if (nProcesses !== null && (!Number.isInteger(nProcesses) || nProcesses < 1))
      throw new Error(`[${who}] nProcesses must be a positive integer, got ${nProcesses}`);
    if (!(datasetTimeout > 0))
      throw new Error(`[${who}] datasetTimeout must be positive, got ${datasetTimeout}`);
    if (dataset === null || typeof dataset !== 'object' || !('module' in dataset))
      throw new TypeError(
        `[${who}] dataset must be { module, export, args }: workers load it themselves, since threads share no objects`,
      );
    this.dataset = { url: moduleUrl(dataset), name: dataset.export ?? 'default', args: dataset.args ?? [] };
    this.nProcesses = nProcesses ?? builtin<typeof import('node:os')>('node:os').availableParallelism();
    this.datasetTimeout = datasetTimeout;
    this.execArgv = execArgv;
  }

  protected async length(): Promise<number> {
    this.workers = Array.from(
      { length: this.nProcesses },
      () => new WorkerThread('MultiprocessIterator', 'examples', { dataset: this.dataset }, this.execArgv),
    );
    try {
      const lengths = await Promise.all(this.workers.map((worker) => worker.request<number>('length')));
      if (lengths.some((n) => n !== lengths[0]))
        throw new Error(
          `[MultiprocessIterator] the dataset must be the same in every worker, but has ${lengths.join(', ')} examples`,
        );
      return lengths[0] as number;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  protected async load(indices: readonly number[]): Promise<E[]> {
    const shared = this.borrow();
    const n = this.workers.length;
    const warning = setTimeout(() => this.warn(indices), 1000 * this.datasetTimeout);
    warning.unref();
    try {
      const pieces = await Promise.all(
        this.workers.map((worker, w) => {
          const rows = indices.map((_, k) => k).filter((k) => k % n === w);
          if (rows.length === 0) return [];
          const request: LoadRequest = { indices: rows.map((k) => indices[k] as number), rows, shared };
          return worker.request<unknown[]>('load', request);
        }),
      );
      const packed = indices.map((_, k) => pieces[k % n]?.[Math.floor(k / n)]);
      this.parts ??= partsLike(packed[0], this.batchSize);
      return unpackAll(packed, shared) as E[];
    } finally {
      clearTimeout(warning);
      if (shared !== null) this.free.push(shared.buffer);
    }
  }

  /** Memory for one batch, once it is known what examples look like. */
  private borrow(): Shared | null {
    if (this.parts === null || this.parts.bytes === 0) return null;
    const buffer = this.free.pop() ?? new SharedArrayBuffer(this.parts.bytes);
    return { buffer, parts: this.parts.parts };
  }

  private warn(indices: readonly number[]): void {
    const some = indices.slice(0, 8).join(', ') + (indices.length > 8 ? ', …' : '');
    process.emitWarning(
      `[MultiprocessIterator] examples ${some} are still not there after ${this.datasetTimeout} s; look at the dataset's at(i), or raise datasetTimeout`,
      'TimeoutWarning',
    );
  }

  protected async close(): Promise<void> {
    const { workers } = this;
    this.workers = [];
    this.free = [];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Examples with their arrays; those in shared memory become rows of one array per part. */
function unpackAll(packed: readonly unknown[], shared: Shared | null): unknown[] {
  const wholes = new Map<number, NdArray>();
  const whole = (part: number): NdArray => {
    const { buffer, parts } = shared as Shared;
    let x = wholes.get(part);
    if (x === undefined) {
      x = sharedArray(buffer, parts[part] as SharedPart, packed.length);
      wholes.set(part, x);
    }
    return x;
  };
  return packed.map((example, row) => unpack(example, (part) => picked(whole(part), 0, row)));
}
