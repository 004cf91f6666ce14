import { checkOptions } from '../../core/check-options.ts';
import type { Serializer } from '../../core/serializer.ts';
import { files, writeAtomically } from '../../files.ts';
import { DictSummary } from '../../reporter/dict-summary.ts';
import { getTrigger } from '../triggers/get-trigger.ts';
import type { Extension, TrainerLike, Trigger, TriggerLike } from '../types.ts';
import { formatName } from './format-name.ts';
import { fromJson, toJson } from './log-json.ts';

/** Options of `PlotReport`. */
export interface PlotReportOptions {
  /** What the horizontal axis counts: `iteration`, `epoch`, or a reported value. */
  readonly xKey?: string;
  /** When a point is added. */
  readonly trigger?: TriggerLike;
  /** Name of the file in `trainer.out`; `.png`, or `.svg`. */
  readonly filename?: string;
  /** Whether points are marked. */
  readonly marker?: 'x' | 'o' | null;
  readonly grid?: boolean;
}

type Point = readonly [number, number];

/**
 * Plots reported values over the course of training into an image file.
 *
 * @param yKeys names of the values, one curve each.
 * @example
 * import { PlotReport } from 'chainer/training/extensions';
 * const keys = ['main/loss', 'validation/main/loss'];
 * const extension = new PlotReport(keys, { xKey: 'epoch', filename: 'loss.png' }); // trainer.extend(extension)
 * extension.defaultName; // 'PlotReport'
 */
export class PlotReport implements Extension {
  name: string | undefined;
  readonly defaultName = 'PlotReport';
  private readonly yKeys: readonly string[];
  private readonly xKey: string;
  private readonly when: Trigger;
  private readonly filename: string;
  private readonly marker: 'x' | 'o' | null;
  private readonly grid: boolean;
  private readonly summary = new DictSummary();
  private data: Record<string, Point[]> = {};

  constructor(yKeys: string | readonly string[], options: PlotReportOptions = {}) {
    checkOptions('PlotReport', options, ['xKey', 'trigger', 'filename', 'marker', 'grid']);
    this.yKeys = typeof yKeys === 'string' ? [yKeys] : yKeys;
    this.xKey = options.xKey ?? 'iteration';
    this.when = getTrigger(options.trigger === undefined ? [1, 'epoch'] : options.trigger);
    this.filename = options.filename ?? 'plot.png';
    this.marker = options.marker === undefined ? 'x' : options.marker;
    this.grid = options.grid ?? true;
    if (!/\.(png|svg)$/.test(this.filename))
      throw new Error(`[PlotReport] filename must end in .png or .svg, got ${JSON.stringify(this.filename)}`);
  }

  async run(trainer: TrainerLike): Promise<void> {
    const { observation, updater } = trainer;
    this.summary.add(
      Object.fromEntries(
        this.yKeys.filter((key) => key in observation).map((key) => [key, observation[key]]),
      ),
    );
    if (!(await this.when.fire(trainer))) return;
    const means = await this.summary.computeMean();
    this.summary.clear();
    const known: Readonly<Record<string, unknown>> = {
      epoch: updater.epoch,
      iteration: updater.iteration,
      ...observation,
    };
    const x = Number(known[this.xKey]);
    for (const key of this.yKeys) {
      const mean = means[key];
      if (mean === undefined) continue;
      this.data[key] ??= [];
      (this.data[key] as Point[]).push([x, mean]);
    }
    if (Object.keys(this.data).length === 0) return;
    const { plot } = await import('./plot.ts');
    const image = await plot({
      xLabel: this.xKey,
      panels: [{ series: Object.entries(this.data).map(([name, points]) => ({ name, points })) }],
      marker: this.marker,
      grid: this.grid,
      format: this.filename.endsWith('.svg') ? 'svg' : 'png',
    });
    const { path } = await files('PlotReport');
    await writeAtomically(
      'PlotReport',
      path.join(trainer.out, formatName('PlotReport', this.filename, trainer)),
      image,
    );
  }

  settle(): Promise<void> {
    return this.summary.settle();
  }

  serialize(serializer: Serializer): void {
    this.when.serialize?.(serializer.child('_trigger'));
    this.summary.serialize(serializer.child('_summary'));
    const key = `_plot_${this.filename}`;
    if (!serializer.writing && !serializer.has(key)) return;
    const data = serializer.value(key, toJson(this.data));
    if (!serializer.writing) this.data = fromJson(data) as Record<string, Point[]>;
  }
}
