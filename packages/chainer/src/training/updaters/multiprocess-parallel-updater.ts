import type { NdArray } from '@chainer/xp/functions';
import { add, divide } from '@chainer/xp/functions';
import { backward } from '../../core/backward.ts';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import type { Link } from '../../core/link.ts';
import type { Parameter } from '../../core/parameter.ts';
import type { DatasetIterator } from '../../iterators/iterator.ts';
import { type ModuleExport, moduleUrl, WorkerThread } from '../../worker-thread.ts';
import { fromRaw, pack } from '../../workers/packing.ts';
import type { SharedModel, StepRequest } from '../../workers/replica.ts';
import { type SharedPart, sharedRow } from '../../workers/shared-batch.ts';
import type { OptimizerLike } from '../types.ts';
import { StandardUpdater, type StandardUpdaterOptions } from './standard-updater.ts';

/** Options of `MultiprocessParallelUpdater`. */
export interface MultiprocessParallelUpdaterOptions
  extends Omit<StandardUpdaterOptions, 'device' | 'inputDevice' | 'lossScale'> {
  /** Where workers find the model: a module whose export makes a link, or `{ model, lossFunc }`. Its parameters are taken from the target. */
  readonly model: ModuleExport;
  /** Who computes: this thread and `nProcesses - 1` workers. */
  readonly nProcesses?: number;
  /** Whether gradients are averaged, as a loss that is a mean over examples wants it (the rule), or added. */
  readonly reduce?: 'mean' | 'sum';
  /** Options of Node for the workers; the process's own where null. */
  readonly execArgv?: readonly string[] | null;
}

/**
 * Splits each batch among threads of this machine: example `i` goes to thread `i mod n`. Each computes the gradients of its part; their mean (or
 * sum) updates the model, here and once. Parameters and gradients travel through shared memory.
 *
 * With equal parts and a loss that is a mean over examples this is training with one process and the whole batch. Values that workers
 * report are not seen. (Chainer's class of this name runs one process per GPU with an iterator each, adds gradients, and changes the learning rate instead
 * of averaging.)
 *
 * @param iterator its batches are split, so snapshots and resuming are StandardUpdater's.
 * @throws {Error} if a worker's model has other parameters, or a worker fails; with the stack of the worker.
 * @example
 * // model.js: export default () => new L.Classifier(new L.Linear(784, 10))
 * // const model = { module: new URL('./model.js', import.meta.url) };
 * // const updater = new MultiprocessParallelUpdater(iterator, optimizer, { model, nProcesses: 4 });
 */
export class MultiprocessParallelUpdater extends StandardUpdater {
  private readonly workers: WorkerThread[];
  private readonly reduce: 'mean' | 'sum';
  private memory: SharedModel[] | null = null;

  constructor(
    iterator: DatasetIterator | Readonly<Record<string, DatasetIterator>>,
    optimizer: OptimizerLike | Readonly<Record<string, OptimizerLike>>,
    options: MultiprocessParallelUpdaterOptions,
  ) {
    const who = 'MultiprocessParallelUpdater';
    checkOptions(who, options, [
      'converter',
      'lossFunc',
      'autoNewEpoch',
      'model',
      'nProcesses',
      'reduce',
      'execArgv',
    ]);
    const { model, nProcesses = 2, reduce = 'mean', execArgv = null, ...rest } = options;
    if (!Number.isInteger(nProcesses) || nProcesses < 1)
      throw new Error(`[${who}] nProcesses must be a positive integer, got ${nProcesses}`);
    if (reduce !== 'mean' && reduce !== 'sum')
      throw new Error(`[${who}] reduce must be 'mean' or 'sum', got ${String(reduce)}`);
    if (model === null || typeof model !== 'object' || !('module' in model))
      throw new TypeError(
        `[${who}] model must be { module, export, args }: workers make the model themselves, since threads share no objects`,
      );
    super(iterator, optimizer, rest);
    this.reduce = reduce;
    const sent = { url: moduleUrl(model), name: model.export ?? 'default', args: model.args ?? [] };
    const { train, dtype, typeCheck } = config;
    this.workers = Array.from(
      { length: nProcesses - 1 },
      () => new WorkerThread(who, 'replica', { model: sent, config: { train, dtype, typeCheck } }, execArgv),
    );
  }

  protected override async updateCore(): Promise<void> {
    const batch = await this.nextBatch();
    const n = this.workers.length + 1;
    const part = (k: number): unknown[] => batch.filter((_, i) => i % n === k);
    // Parameters whose shapes the first batch tells are initialised here, and then taken over by the workers.
    const early = [...this.target.params()].some((p) => !p.isInitialized);
    const own = early ? this.computeOwn(part(0)) : null;
    this.memory ??= await this.share();
    await this.writeParameters(this.memory);
    const answers = this.workers.map((worker, w) => this.ask(worker, part(w + 1)));
    // Somebody awaits them below, also if this thread fails first.
    for (const answer of answers) answer.catch(() => {});
    const ownPart = own ?? this.computeOwn(part(0));
    await ownPart;
    const present = await Promise.all(answers);
    const parts = [batch.length > 0, ...present.map((list) => list !== null)].filter(Boolean).length;
    this.scoped(() => {
      present.forEach((list, w) => {
        if (list !== null) this.addGradients(list, (this.memory as SharedModel[])[w] as SharedModel);
      });
      if (this.reduce === 'mean')
        for (const p of this.target.params()) if (p.grad !== null) p.grad = divide(p.grad, parts);
      this.getOptimizer().update();
    });
  }

  private get target(): Link {
    return this.getOptimizer().target as Link;
  }

  /** Gradients of this thread's part. */
  private computeOwn(part: readonly unknown[]): void {
    this.scoped(() => {
      this.target.cleargrads();
      const loss = this.lossOf(this.target, this.converter(part as never[], { device: null }));
      backward([loss], null, { lossScale: this.getOptimizer().lossScale ?? null });
    });
  }

  /** Gradients of a worker's part: for each parameter, whether it has one. */
  private ask(worker: WorkerThread, part: readonly unknown[]): Promise<boolean[] | null> {
    if (part.length === 0) return Promise.resolve(null);
    const args = pack(this.converter(part as never[], { device: 'js' }));
    const request: StepRequest = { args, lossScale: this.getOptimizer().lossScale ?? null };
    return worker.request<boolean[]>('step', request);
  }

  /** Memory for parameters, one for all, and gradients, one for each worker. */
  private async share(): Promise<SharedModel[]> {
    const paths: string[] = [];
    const parts: SharedPart[] = [];
    let bytes = 0;
    for (const [path, p] of this.target.namedparams({ includeUninit: false })) {
      const { dtype, shape, size } = p.array;
      const row = dtype.kind === 'c' ? 2 * size : size;
      paths.push(path);
      parts.push({ dtype: dtype.name, shape, row, offset: bytes });
      bytes += Math.ceil((row * dtype.TypedArray.BYTES_PER_ELEMENT) / 64) * 64;
    }
    const parameters = new SharedArrayBuffer(bytes);
    const memory = this.workers.map(() => ({
      paths,
      parts,
      parameters,
      gradients: new SharedArrayBuffer(bytes),
    }));
    await Promise.all(
      this.workers.map(async (worker, w) => {
        const theirs = await worker.request<string[]>('paths');
        const missing = paths.filter((path) => !theirs.includes(path));
        if (missing.length > 0)
          throw new Error(
            `[MultiprocessParallelUpdater] the workers' model has no parameter ${missing.join(', ')}; it has ${theirs.join(', ') || 'none'}`,
          );
        await worker.request('attach', memory[w]);
      }),
    );
    return memory;
  }

  private async writeParameters(memory: readonly SharedModel[]): Promise<void> {
    const shared = memory[0];
    if (shared === undefined) return;
    const own = new Map(this.target.namedparams());
    for (const [k, path] of shared.paths.entries()) {
      const { array } = own.get(path) as Parameter;
      const raw = array.device.synchronous ? array.dataSync() : await array.data();
      sharedRow(shared.parameters, shared.parts[k] as SharedPart, 0).set(raw as never);
    }
  }

  private addGradients(present: readonly boolean[], shared: SharedModel): void {
    const own = new Map(this.target.namedparams());
    present.forEach((there, k) => {
      if (!there) return;
      const part = shared.parts[k] as SharedPart;
      const p = own.get(shared.paths[k] as string) as Parameter;
      const theirs: NdArray = fromRaw(
        part.dtype,
        part.shape,
        sharedRow(shared.gradients, part, 0),
        p.array.device.name,
      );
      p.grad = p.grad === null ? theirs : add(p.grad, theirs);
    });
  }

  override async finalize(): Promise<void> {
    await Promise.all([super.finalize(), ...this.workers.map((worker) => worker.terminate())]);
  }
}
