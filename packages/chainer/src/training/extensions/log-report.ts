import { checkOptions } from '../../core/check-options.ts';
import type { Serializer } from '../../core/serializer.ts';
import { files, writeAtomically } from '../../files.ts';
import { DictSummary } from '../../reporter/dict-summary.ts';
import { getTrigger } from '../triggers/get-trigger.ts';
import type { Extension, TrainerLike, Trigger, TriggerLike } from '../types.ts';
import { formatName } from './format-name.ts';
import { fromJson, toJson } from './log-json.ts';

/** One entry of a log: means of what was reported, and `epoch`, `iteration`, `elapsed_time`. */
export type LogEntry = Record<string, number>;

/** Options of `LogReport`. */
export interface LogReportOptions {
  /** Names of the values to log; null: all. */
  readonly keys?: readonly string[] | null;
  /** When an entry is made. */
  readonly trigger?: TriggerLike;
  /** May change each entry before it is logged. */
  readonly postprocess?: ((entry: LogEntry) => void) | null;
  /** Name of the file in `trainer.out`, which may contain `{iteration}`, `{epoch}` …; null: no file. */
  readonly filename?: string | null;
}

/**
 * Keeps a log: at its trigger the means of everything reported since the last time, with `epoch`, `iteration` and `elapsed_time`.
 * Written as a JSON list, whole or not at all.
 *
 * @example
 * import { LogReport } from 'chainer/training/extensions';
 * const report = new LogReport({ trigger: [100, 'iteration'] }); // trainer.extend(report)
 * report.log.length; // 0
 */
export class LogReport implements Extension {
  name: string | undefined;
  readonly defaultName: string = 'LogReport';
  private readonly keys: readonly string[] | null;
  private readonly when: Trigger;
  private readonly postprocess: ((entry: LogEntry) => void) | null;
  private readonly filename: string | null;
  private readonly summary = new DictSummary();
  private entries: LogEntry[] = [];

  constructor(options: LogReportOptions = {}) {
    checkOptions('LogReport', options, ['keys', 'trigger', 'postprocess', 'filename']);
    this.keys = options.keys ?? null;
    this.when = getTrigger(options.trigger === undefined ? [1, 'epoch'] : options.trigger);
    this.postprocess = options.postprocess ?? null;
    this.filename = options.filename === undefined ? 'log' : options.filename;
  }

  /** The entries so far. */
  get log(): readonly LogEntry[] {
    return this.entries;
  }

  async run(trainer: TrainerLike): Promise<void> {
    const { observation } = trainer;
    if (this.keys === null) this.summary.add(observation);
    else
      this.summary.add(
        Object.fromEntries(
          this.keys.filter((key) => key in observation).map((key) => [key, observation[key]]),
        ),
      );
    if (trainer.updater.iteration > 0 && !(await this.when.fire(trainer))) return;
    const entry: LogEntry = { ...(await this.summary.computeMean()) };
    entry.epoch = trainer.updater.epoch;
    entry.iteration = trainer.updater.iteration;
    entry.elapsed_time = trainer.elapsedTime;
    this.postprocess?.(entry);
    this.entries.push(entry);
    this.summary.clear();
    if (this.filename === null) return;
    const { path } = await files('LogReport');
    await writeAtomically(
      'LogReport',
      path.join(trainer.out, formatName('LogReport', this.filename, entry)),
      toJson(this.entries, 4),
    );
  }

  settle(): Promise<void> {
    return this.summary.settle();
  }

  serialize(serializer: Serializer): void {
    this.when.serialize?.(serializer.child('_trigger'));
    this.summary.serialize(serializer.child('_summary'));
    const log = serializer.value('_log', toJson(this.entries));
    if (!serializer.writing) this.entries = log === '' ? [] : (fromJson(log) as LogEntry[]);
  }
}
