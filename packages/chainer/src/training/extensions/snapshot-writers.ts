import { checkOptions } from '../../core/check-options.ts';
import type { CanSerialize } from '../../core/serializer.ts';
import { writeAtomically } from '../../files.ts';
import { saveNpz, toNpz } from '../../serializers/npz.ts';
import { hostEntries } from '../../serializers/saveable.ts';
import { WorkerThread } from '../../worker-thread.ts';
import type { WriteRequest } from '../../workers/writing.ts';

/** Saves an object to a file, whole or not at all. */
export type SaveFunction = (file: string, object: CanSerialize) => void | Promise<void>;

/** Writes the files of snapshots. */
export interface SnapshotWriter {
  write(file: string, object: CanSerialize): void | Promise<void>;
  /** Waits for what is under way. */
  finalize?(): void | Promise<void>;
}

/** Options of writers that work beside training. */
export interface WriterOptions {
  readonly compression?: boolean;
}

/** Writes a file and has training wait for it. */
export class SimpleWriter implements SnapshotWriter {
  private readonly save: SaveFunction;

  constructor(save: SaveFunction = saveNpz) {
    this.save = save;
  }

  async write(file: string, object: CanSerialize): Promise<void> {
    await this.save(file, object);
  }
}

/**
 * What writers share that write beside training: values are taken at once, so that training may change them, and files come one after another.
 * A write that fails is thrown by the next one, or at the end.
 */
export abstract class StandardWriter implements SnapshotWriter {
  private under: Promise<void> = Promise.resolve();
  protected readonly compression: boolean;
  /** Whether training goes on while a file before this one is still being written. */
  protected readonly queues: boolean = false;

  constructor(options: WriterOptions = {}) {
    checkOptions(new.target.name, options, ['compression']);
    this.compression = options.compression ?? true;
  }

  /** Takes the values; what is returned writes them. */
  protected abstract prepare(file: string, object: CanSerialize): Promise<() => Promise<void>>;

  async write(file: string, object: CanSerialize): Promise<void> {
    if (!this.queues) await this.under;
    const write = await this.prepare(file, object);
    this.under = this.under.then(write);
    // It is awaited later; until then a failure must not end the process.
    this.under.catch(() => {});
  }

  async finalize(): Promise<void> {
    await this.under;
  }
}

/**
 * Compresses the values at once and writes the file while training goes on. Training waits for the file before, if that is not there yet.
 *
 * (Chainer's starts a thread; here the file system works beside the program without one of ours.)
 */
export class ThreadWriter extends StandardWriter {
  protected async prepare(file: string, object: CanSerialize): Promise<() => Promise<void>> {
    const bytes = await toNpz(object, { compression: this.compression });
    return () => writeAtomically(this.constructor.name, file, bytes);
  }
}

/** Has a worker thread compress and write, which takes only the copying of values from training. */
export class ProcessWriter extends StandardWriter {
  private worker: WorkerThread | null = null;

  protected async prepare(file: string, object: CanSerialize): Promise<() => Promise<void>> {
    this.worker ??= new WorkerThread(this.constructor.name, 'writing', null);
    const { worker } = this;
    const entries = await hostEntries(object, 'K');
    const request: WriteRequest = { file, entries: sent(entries), compression: this.compression };
    return () => worker.request<void>('write', request);
  }

  override async finalize(): Promise<void> {
    try {
      await super.finalize();
    } finally {
      await this.worker?.terminate();
      this.worker = null;
    }
  }
}

/** A ThreadWriter for which training never waits: files that are not written yet stand in a queue, and in memory. */
export class ThreadQueueWriter extends ThreadWriter {
  protected override readonly queues = true;
}

/** A ProcessWriter for which training never waits: files that are not written yet stand in a queue, and in memory. */
export class ProcessQueueWriter extends ProcessWriter {
  protected override readonly queues = true;
}

/** Entries as they can be cloned: dtypes go by name. */
function sent(entries: Awaited<ReturnType<typeof hostEntries>>): WriteRequest['entries'] {
  return [...entries].map(([name, value]) => [
    name,
    value !== null && typeof value === 'object' && 'dtype' in value
      ? { ...value, dtype: value.dtype.name, data: value.data.slice() }
      : value,
  ]) as WriteRequest['entries'];
}
