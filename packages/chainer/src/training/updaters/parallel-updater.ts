import { backward } from '../../core/backward.ts';
import { checkOptions } from '../../core/check-options.ts';
import type { Link } from '../../core/link.ts';
import type { DatasetIterator } from '../../iterators/iterator.ts';
import type { OptimizerLike, TrainerLike } from '../types.ts';
import { addGradients, shareParameters } from './replicas.ts';
import { StandardUpdater, type StandardUpdaterOptions } from './standard-updater.ts';

/** Options of `ParallelUpdater`. */
export interface ParallelUpdaterOptions
  extends Omit<StandardUpdaterOptions, 'device' | 'inputDevice' | 'lossScale'> {
  /** Names of devices by names of ours, one of them `main`: the one that updates. */
  readonly devices?: Readonly<Record<string, string>>;
  /** Models by the same names, `main` the optimizer's target; copies of the target where left out. */
  readonly models?: Readonly<Record<string, Link>> | null;
}

/**
 * Splits each batch among several devices of this process: example `i` goes to device `i mod n`. Every device computes the gradients of its part
 * with its copy of the model; their sum updates the main model, whose parameters the others take over. Between GPUs both go through
 * NCCL where it is installed, else by copies.
 *
 * The gradients are added, not averaged, as in Chainer: with a loss that is a mean over its part, divide the learning rate by the number of
 * devices to train as one device would. Values that the other
 * models report stand under their names: `second/loss`.
 *
 * @throws {Error} without a device or model named `main`, or if they have not the same names.
 * @example
 * import { links as L, optimizers, xp } from 'chainer';
 * import { TupleDataset } from 'chainer/datasets';
 * import { SerialIterator } from 'chainer/iterators';
 * import { ParallelUpdater } from 'chainer/training/updaters';
 * const data = new TupleDataset(xp.ones([8, 4]), new Int32Array(8));
 * const optimizer = new optimizers.SGD().setup(new L.Classifier(new L.Linear(4, 3)));
 * const devices = { main: 'js', second: 'js' };
 * const updater = new ParallelUpdater(new SerialIterator(data, 4), optimizer, { devices });
 * await updater.update();
 * updater.iteration; // 1
 */
export class ParallelUpdater extends StandardUpdater {
  private readonly devices: readonly (readonly [string, string])[];
  private readonly models: Readonly<Record<string, Link>>;

  constructor(
    iterator: DatasetIterator | Readonly<Record<string, DatasetIterator>>,
    optimizer: OptimizerLike | Readonly<Record<string, OptimizerLike>>,
    options: ParallelUpdaterOptions = {},
  ) {
    checkOptions('ParallelUpdater', options, ['converter', 'lossFunc', 'autoNewEpoch', 'devices', 'models']);
    const { devices = {}, models = null, ...rest } = options;
    if (!('main' in devices))
      throw new Error(
        `[ParallelUpdater] devices must name one 'main', got ${Object.keys(devices).join(', ') || 'none'}`,
      );
    super(iterator, optimizer, { ...rest, device: devices.main as string });
    // The main one first: it finds the shapes of what is not initialised yet.
    this.devices = Object.entries(devices).sort(([a], [b]) => Number(b === 'main') - Number(a === 'main'));
    this.models = this.replicas(devices, models);
  }

  private replicas(
    devices: Readonly<Record<string, string>>,
    given: Readonly<Record<string, Link>> | null,
  ): Readonly<Record<string, Link>> {
    const target = this.getOptimizer().target as Link;
    const names = Object.keys(devices);
    if (given !== null) {
      const found = Object.keys(given);
      if (found.toSorted().join() !== names.toSorted().join())
        throw new Error(
          `[ParallelUpdater] models and devices must have the same names, got ${found.join(', ')} and ${names.join(', ')}`,
        );
      if (given.main !== target)
        throw new Error("[ParallelUpdater] models.main must be the optimizer's target");
    }
    return Object.fromEntries(
      this.devices.map(([name, device]) => {
        const model = name === 'main' ? target : (given?.[name] ?? target.copy('copy'));
        return [name, model.toDevice(device)];
      }),
    );
  }

  protected override async updateCore(): Promise<void> {
    const batch = await this.nextBatch();
    this.scoped(() => this.compute(batch));
  }

  override connectTrainer(trainer: TrainerLike): void {
    super.connectTrainer(trainer);
    for (const [name, model] of Object.entries(this.models)) {
      if (name === 'main') continue;
      trainer.reporter.addObserver(name, model);
      trainer.reporter.addObservers(name, model.namedlinks({ skipself: true }));
    }
  }

  private compute(batch: readonly unknown[]): void {
    const optimizer = this.getOptimizer();
    const main = this.models.main as Link;
    const others = this.devices.slice(1).map(([name]) => this.models[name] as Link);
    for (const [k, [name, device]] of this.devices.entries()) {
      const part = batch.filter((_, i) => i % this.devices.length === k);
      const model = this.models[name] as Link;
      model.cleargrads();
      if (part.length === 0) continue;
      // Parameters whose shapes the first batch tells must begin with the same values everywhere.
      if (k > 0 && [...model.params()].some((p) => !p.isInitialized)) model.copyparams(main);
      const loss = this.lossOf(model, this.converter(part as never[], { device }));
      backward([loss], null, { lossScale: optimizer.lossScale ?? null });
    }
    addGradients(main, others);
    optimizer.update();
    shareParameters(main, others);
  }
}
