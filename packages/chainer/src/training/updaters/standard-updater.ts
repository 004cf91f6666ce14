import { checkOptions } from '../../core/check-options.ts';
import type { Link } from '../../core/link.ts';
import type { Serializer } from '../../core/serializer.ts';
import { kindOf } from '../../core/type-check.ts';
import type { Variable } from '../../core/variable.ts';
import { type Converter, concatExamples } from '../../dataset/concat-examples.ts';
import type { DatasetIterator } from '../../iterators/iterator.ts';
import type { OptimizerLike, TrainerLike, Updater } from '../types.ts';
import { Steps, survivors } from './survivors.ts';

/** Computes the loss of a batch. */
export type LossFunction = (...args: never[]) => unknown;

/** Options of `StandardUpdater`. */
export interface StandardUpdaterOptions {
  /** Makes the arguments of the loss function of a list of examples. */
  readonly converter?: Converter<never>;
  /** Device to which models and batches are moved; null: nothing is moved. */
  readonly device?: string | null;
  /** Device of the batches, where it is another. */
  readonly inputDevice?: string | null;
  /** The loss; the optimizer's target itself where none is given. */
  readonly lossFunc?: LossFunction | null;
  /** Factor of the loss, against underflow in half precision. */
  readonly lossScale?: number | null;
  /** Tell the optimizers when an epoch is over. */
  readonly autoNewEpoch?: boolean;
}

type Many<T> = T | Readonly<Record<string, T>>;

/**
 * The usual step: a batch of the iterator, converted, its loss, and an update of the optimizer. Override `updateCore` for anything else.
 *
 * Each step runs in a memory scope that keeps parameters, gradients, optimizer states, reported values and every array that the
 * models' and the updater's own fields hold, and releases the rest at once. (An asynchronous `updateCore` has no scope; its memory
 * is collected.)
 *
 * @throws {Error} if an optimizer was not set up.
 * @example
 * import { links as L, optimizers, xp } from 'chainer';
 * import { TupleDataset } from 'chainer/datasets';
 * import { SerialIterator } from 'chainer/iterators';
 * import { StandardUpdater } from 'chainer/training';
 * const data = new TupleDataset(xp.ones([6, 4]), new Int32Array(6));
 * const optimizer = new optimizers.SGD().setup(new L.Classifier(new L.Linear(4, 3)));
 * const updater = new StandardUpdater(new SerialIterator(data, 3), optimizer);
 * await updater.update();
 * updater.epochDetail; // 0.5
 */
export class StandardUpdater implements Updater {
  iteration = 0;
  readonly converter: Converter<never>;
  readonly device: string | null;
  readonly inputDevice: string | null;
  readonly lossFunc: LossFunction | null;
  readonly autoNewEpoch: boolean;
  protected trainer: TrainerLike | null = null;
  private readonly steps = new Steps();
  private readonly iterators: Readonly<Record<string, DatasetIterator>>;
  private readonly optimizers: Readonly<Record<string, OptimizerLike>>;

  constructor(
    iterator: Many<DatasetIterator>,
    optimizer: Many<OptimizerLike>,
    options: StandardUpdaterOptions = {},
  ) {
    checkOptions('StandardUpdater', options, [
      'converter',
      'device',
      'inputDevice',
      'lossFunc',
      'lossScale',
      'autoNewEpoch',
    ]);
    this.iterators = named(iterator, isIterator, 'iterator');
    this.optimizers = named(optimizer, isOptimizer, 'optimizer');
    this.converter = options.converter ?? (concatExamples as Converter<never>);
    this.device = options.device ?? null;
    this.inputDevice = options.inputDevice ?? this.device;
    this.lossFunc = options.lossFunc ?? null;
    this.autoNewEpoch = options.autoNewEpoch ?? true;
    for (const [name, own] of Object.entries(this.optimizers)) {
      if (!own.target)
        throw new Error(
          `[StandardUpdater] optimizer '${name}' has no target; call optimizer.setup(model) before`,
        );
      if (this.device !== null) own.target.toDevice(this.device);
      if (this.autoNewEpoch) own.useAutoNewEpoch = true;
      if (options.lossScale !== null && options.lossScale !== undefined) {
        if (!own.setLossScale) throw new Error(`[StandardUpdater] optimizer '${name}' takes no loss scale`);
        own.setLossScale(options.lossScale);
      }
    }
  }

  connectTrainer(trainer: TrainerLike): void {
    this.trainer = trainer;
  }

  get epoch(): number {
    return this.getIterator().epoch;
  }

  get epochDetail(): number {
    return this.getIterator().epochDetail;
  }

  get previousEpochDetail(): number | null {
    return this.getIterator().previousEpochDetail;
  }

  get isNewEpoch(): boolean {
    return this.getIterator().isNewEpoch;
  }

  getIterator(name = 'main'): DatasetIterator {
    return found(this.iterators, name, 'getIterator', 'iterator');
  }

  getOptimizer(name = 'main'): OptimizerLike {
    return found(this.optimizers, name, 'getOptimizer', 'optimizer');
  }

  getAllOptimizers(): Readonly<Record<string, OptimizerLike>> {
    return this.optimizers;
  }

  /** One step, and everything around it. */
  update(): void | Promise<void> {
    const core = this.updateCore;
    const opensItsOwn = core === StandardUpdater.prototype.updateCore;
    const result = opensItsOwn || isAsync(core) ? this.updateCore() : this.scoped(() => this.updateCore());
    if (result instanceof Promise) return result.then(() => this.finish());
    this.finish();
  }

  private finish(): void {
    if (this.autoNewEpoch && this.isNewEpoch)
      for (const optimizer of Object.values(this.optimizers)) optimizer.newEpoch({ auto: true });
    this.iteration++;
  }

  /** The step itself. */
  protected updateCore(): void | Promise<void> {
    const batch = this.nextBatch();
    if (batch instanceof Promise) return batch.then((examples) => this.step(examples));
    this.step(batch);
  }

  /** The next list of examples. @throws {Error} if the iterator has come to its end. */
  protected nextBatch(name = 'main'): unknown[] | Promise<unknown[]> {
    const next = this.getIterator(name).next();
    return next instanceof Promise ? next.then((result) => batchOf(result, name)) : batchOf(next, name);
  }

  private step(examples: readonly unknown[]): void {
    const optimizer = this.getOptimizer();
    this.scoped(() => {
      const args: unknown = this.converter(examples as readonly never[], { device: this.inputDevice });
      optimizer.update(() => this.lossOf(optimizer.target as Link, args));
    });
  }

  /** The loss of what the converter made: a list is the arguments, anything else is the one argument. */
  protected lossOf(model: Link, args: unknown): Variable {
    const loss = (this.lossFunc ?? ((...inputs: never[]) => model.forward(...inputs))) as (
      ...inputs: unknown[]
    ) => Variable;
    return Array.isArray(args) ? loss(...args) : loss(args);
  }

  /** Runs `body` and releases every array made in it that nothing of this training holds. */
  protected scoped<T>(body: () => T): T {
    let result!: T;
    this.steps.run(() => {
      result = body();
      const optimizers = Object.values(this.optimizers).map((optimizer) => ({
        ...optimizer,
        target: optimizer.target,
      }));
      return survivors([
        optimizers,
        this.trainer?.observation,
        { ...this, trainer: null, iterators: null, optimizers: null, steps: null },
      ]);
    });
    return result;
  }

  async finalize(): Promise<void> {
    await Promise.all(Object.values(this.iterators).map((iterator) => iterator.finalize?.()));
  }

  serialize(serializer: Serializer): void {
    for (const [name, iterator] of Object.entries(this.iterators))
      iterator.serialize?.(serializer.child(`iterator:${name}`));
    for (const [name, optimizer] of Object.entries(this.optimizers)) {
      optimizer.serialize(serializer.child(`optimizer:${name}`));
      optimizer.target?.serialize(serializer.child(`model:${name}`));
    }
    this.iteration = serializer.value('iteration', this.iteration);
  }
}

const isIterator = (x: object): x is DatasetIterator => typeof (x as { next?: unknown }).next === 'function';
const isOptimizer = (x: object): x is OptimizerLike =>
  typeof (x as { update?: unknown }).update === 'function';

/** One thing is called 'main'; several come with their names. */
function named<T extends object>(
  given: Many<T>,
  is: (x: object) => x is T,
  what: string,
): Readonly<Record<string, T>> {
  if (given === null || typeof given !== 'object')
    throw new TypeError(
      `[StandardUpdater] ${what} must be an ${what} or a record of them, got ${String(given)}`,
    );
  if (is(given)) return { main: given };
  for (const [name, one] of Object.entries(given))
    if (one === null || typeof one !== 'object' || !is(one))
      throw new TypeError(
        `[StandardUpdater] ${what} must be an ${what} or a record of them, but '${name}' of what was given (${kindOf(given)}) is none; arguments are (iterator, optimizer, options)`,
      );
  return given as Readonly<Record<string, T>>;
}

function found<T>(all: Readonly<Record<string, T>>, name: string, who: string, what: string): T {
  const one = all[name];
  if (one === undefined)
    throw new Error(
      `[StandardUpdater.${who}] there is no ${what} '${name}'; there are ${Object.keys(all).join(', ') || 'none'}`,
    );
  return one;
}

function batchOf(result: IteratorResult<unknown[], undefined>, name: string): unknown[] {
  if (!result.done) return result.value;
  throw new Error(`[StandardUpdater] iterator '${name}' has come to its end; make it with {repeat: true}`);
}

const isAsync = (f: (...args: never[]) => unknown): boolean => f.constructor.name === 'AsyncFunction';
