import type { NdArray } from '@chainer/xp/functions';
import { astype } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import type { Link } from '../../core/link.ts';
import type { Serializer } from '../../core/serializer.ts';
import { builtin, files } from '../../files.ts';
import { DictSummary } from '../../reporter/dict-summary.ts';
import type { EventValue } from '../tensorboard/events.ts';
import { getTrigger } from '../triggers/get-trigger.ts';
import type { Extension, TrainerLike, Trigger, TriggerLike } from '../types.ts';

/** Options of `TensorBoardReport`. */
export interface TensorBoardReportOptions {
  /** Names of the values to write; null: all. */
  readonly keys?: readonly string[] | null;
  /** When an event is written. */
  readonly trigger?: TriggerLike;
  /** Links of whose parameters and gradients histograms are written, which reads all of them. */
  readonly histograms?: Link | readonly Link[] | null;
  /** Folder in `trainer.out`. */
  readonly folder?: string;
}

let written = 0;

/**
 * Writes what is reported for TensorBoard: at its trigger the means since the last time, by iteration, into an event file of its
 * own (`events.out.tfevents.…`). Look at them with `tensorboard --logdir FOLDER`.
 *
 * A training that is resumed begins a new file, which says that what older ones have of later iterations is void.
 *
 * @example
 * import { links as L } from 'chainer';
 * import { TensorBoardReport } from 'chainer/training/extensions';
 * const model = new L.Linear(3, 2);
 * const extension = new TensorBoardReport({ trigger: [10, 'iteration'], histograms: model }); // trainer.extend(extension)
 * extension.defaultName; // 'TensorBoardReport'
 */
export class TensorBoardReport implements Extension {
  name: string | undefined;
  readonly defaultName = 'TensorBoardReport';
  private readonly keys: readonly string[] | null;
  private readonly when: Trigger;
  private readonly links: readonly Link[];
  private readonly folder: string;
  private readonly summary = new DictSummary();
  private file: string | null = null;

  constructor(options: TensorBoardReportOptions = {}) {
    checkOptions('TensorBoardReport', options, ['keys', 'trigger', 'histograms', 'folder']);
    const { keys = null, trigger = [1, 'epoch'], histograms = null, folder = '' } = options;
    this.keys = keys;
    this.when = getTrigger(trigger);
    this.links = Array.isArray(histograms) ? histograms : histograms === null ? [] : [histograms as Link];
    this.folder = folder;
  }

  /** Each run writes a file of its own. */
  initialize(): void {
    this.file = null;
  }

  async run(trainer: TrainerLike): Promise<void> {
    const { observation, updater } = trainer;
    const { keys } = this;
    this.summary.add(
      keys === null
        ? observation
        : Object.fromEntries(keys.filter((key) => key in observation).map((key) => [key, observation[key]])),
    );
    if (!(await this.when.fire(trainer))) return;
    const means = await this.summary.computeMean();
    this.summary.clear();
    const values: EventValue[] = Object.entries(means).map(([tag, simpleValue]) => ({ tag, simpleValue }));
    for (const link of this.links) values.push(...(await histogramsOf(link)));
    if (values.length > 0) await this.write(trainer, values, updater.iteration);
  }

  private async write(trainer: TrainerLike, value: readonly EventValue[], step: number): Promise<void> {
    const { record, fileVersion, sessionStart } = await import('../tensorboard/events.ts');
    const { fs, path } = await files('TensorBoardReport');
    const wallTime = Date.now() / 1000;
    const records: Uint8Array[] = [];
    if (this.file === null) {
      const { hostname } = builtin<typeof import('node:os')>('node:os');
      const name = `events.out.tfevents.${Math.floor(wallTime)}.${hostname()}.${process.pid}.${written++}`;
      this.file = path.join(trainer.out, this.folder, name);
      records.push(record({ wallTime, fileVersion }));
      records.push(record({ wallTime, step, sessionLog: { status: sessionStart } }));
    }
    records.push(record({ wallTime, step, summary: { value } }));
    const { file } = this;
    try {
      await fs.mkdir(path.dirname(file), { recursive: true });
      await fs.appendFile(file, Buffer.concat(records));
    } catch (error) {
      throw new Error(`[TensorBoardReport] cannot write ${file}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  settle(): Promise<void> {
    return this.summary.settle();
  }

  serialize(serializer: Serializer): void {
    this.when.serialize?.(serializer.child('_trigger'));
    // Chainer's snapshots hold nothing of it.
    if (!serializer.writing && !serializer.child('_summary').has('_names')) return;
    this.summary.serialize(serializer.child('_summary'));
  }
}

/** Histograms of parameters and gradients, by `link/l1/W/data` and `link/l1/W/grad`. */
async function histogramsOf(link: Link): Promise<EventValue[]> {
  const { histogramOf } = await import('../tensorboard/events.ts');
  const found: EventValue[] = [];
  for (const [path, p] of link.namedparams({ includeUninit: false }))
    for (const [what, x] of [
      ['data', p.array],
      ['grad', p.grad],
    ] as const) {
      const histo = x === null ? null : histogramOf(await numbersOf(x));
      const tag = [link.name, path.slice(1), what].filter((part) => part).join('/');
      if (histo !== null) found.push({ tag, histo });
    }
  return found;
}

const numbersOf = async (x: NdArray): Promise<ArrayLike<number>> =>
  (await astype(x, 'float32').data()) as Float32Array;
