import type { NdArray } from '@chainer/xp/functions';
import { astype } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { Link } from '../../core/link.ts';
import type { Serializer } from '../../core/serializer.ts';
import { Variable } from '../../core/variable.ts';
import { files, writeAtomically } from '../../files.ts';
import { getTrigger } from '../triggers/get-trigger.ts';
import type { Extension, TrainerLike, Trigger, TriggerLike } from '../types.ts';
import { formatName } from './format-name.ts';
import { fromJson, toJson } from './log-json.ts';
import { percentiles } from './percentiles.ts';
import type { Series } from './plot.ts';
import { Reservoir } from './reservoir.ts';

/** Options of `VariableStatisticsPlot`. */
export interface VariableStatisticsPlotOptions {
  /** Values of an interval that are looked at: a random choice, where there are more. */
  readonly maxSampleSize?: number;
  readonly reportData?: boolean;
  readonly reportGrad?: boolean;
  readonly plotMean?: boolean;
  readonly plotStd?: boolean;
  /** Percentiles that are drawn, from 0 to 100. */
  readonly percentileSigmas?: readonly number[];
  /** When a point is added. */
  readonly trigger?: TriggerLike;
  /** Name of the file in `trainer.out`; `.png`, or `.svg`. */
  readonly filename?: string;
  readonly marker?: 'x' | 'o' | null;
  readonly grid?: boolean;
}

type Part = 'data' | 'grad';

/**
 * Plots mean, standard deviation and percentiles of variables and their gradients over the course of training: one chart for values, one for
 * gradients. Of many values only a random choice is looked at, equally likely from every iteration of the interval.
 *
 * @param targets variables (parameters, mostly), or links, whose parameters are taken.
 * @example
 * import { links as L } from 'chainer';
 * import { VariableStatisticsPlot } from 'chainer/training/extensions';
 * const model = new L.Linear(3, 2);
 * const extension = new VariableStatisticsPlot(model.W, { plotStd: false }); // trainer.extend(extension)
 * extension.defaultName; // 'VariableStatisticsPlot'
 */
export class VariableStatisticsPlot implements Extension {
  name: string | undefined;
  readonly defaultName = 'VariableStatisticsPlot';
  private readonly targets: readonly (Variable | Link)[];
  private readonly samples: Readonly<Partial<Record<Part, Reservoir>>>;
  private readonly plotMean: boolean;
  private readonly plotStd: boolean;
  private readonly percents: readonly number[];
  private readonly when: Trigger;
  private readonly filename: string;
  private readonly marker: 'x' | 'o' | null;
  private readonly grid: boolean;
  /** Points by part and curve. */
  private points: Record<string, Record<string, [number, number][]>> = {};

  constructor(
    targets: Variable | Link | readonly (Variable | Link)[],
    options: VariableStatisticsPlotOptions = {},
  ) {
    const who = 'VariableStatisticsPlot';
    checkOptions(who, options, [
      'maxSampleSize',
      'reportData',
      'reportGrad',
      'plotMean',
      'plotStd',
      'percentileSigmas',
      'trigger',
      'filename',
      'marker',
      'grid',
    ]);
    const {
      maxSampleSize = 1000,
      reportData = true,
      reportGrad = true,
      filename = 'statistics.png',
    } = options;
    this.targets = Array.isArray(targets) ? targets : [targets as Variable];
    for (const target of this.targets)
      if (!(target instanceof Variable || target instanceof Link))
        throw new TypeError(`[${who}] targets must be variables or links, got ${String(target)}`);
    if (!Number.isInteger(maxSampleSize) || maxSampleSize < 1)
      throw new RangeError(`[${who}] maxSampleSize must be a positive integer, got ${maxSampleSize}`);
    if (!/\.(png|svg)$/.test(filename))
      throw new Error(`[${who}] filename must end in .png or .svg, got ${JSON.stringify(filename)}`);
    this.samples = {
      ...(reportData ? { data: new Reservoir(maxSampleSize) } : {}),
      ...(reportGrad ? { grad: new Reservoir(maxSampleSize) } : {}),
    };
    this.plotMean = options.plotMean ?? true;
    this.plotStd = options.plotStd ?? true;
    this.percents = options.percentileSigmas ?? [0, 0.13, 2.28, 15.87, 50, 84.13, 97.72, 99.87, 100];
    this.when = getTrigger(options.trigger === undefined ? [1, 'epoch'] : options.trigger);
    this.filename = filename;
    this.marker = options.marker ?? null;
    this.grid = options.grid ?? true;
  }

  async run(trainer: TrainerLike): Promise<void> {
    for (const [part, sample] of Object.entries(this.samples)) await this.look(part as Part, sample);
    if (!(await this.when.fire(trainer))) return;
    for (const [part, sample] of Object.entries(this.samples)) {
      if (sample.values.length > 0) this.addPoints(part, trainer.updater.iteration, sample.values);
      sample.clear();
    }
    await this.draw(trainer);
  }

  private async look(part: Part, sample: Reservoir): Promise<void> {
    for (const target of this.targets) {
      const variables = target instanceof Link ? target.params({ includeUninit: false }) : [target];
      for (const variable of variables) {
        const x: NdArray | null = part === 'data' ? variable.array : variable.grad;
        if (x !== null) sample.add((await astype(x, 'float64').data()) as ArrayLike<number>);
      }
    }
  }

  private addPoints(part: string, iteration: number, values: readonly number[]): void {
    const add = (curve: string, y: number): void => {
      this.points[part] ??= {};
      const curves = this.points[part] as Record<string, [number, number][]>;
      curves[curve] ??= [];
      curves[curve].push([iteration, y]);
    };
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    if (this.plotMean) add('mean', mean);
    if (this.plotStd) {
      add('mean - std', mean - Math.sqrt(variance));
      add('mean + std', mean + Math.sqrt(variance));
    }
    percentiles(values, this.percents).forEach((y, i) => {
      add(`${this.percents[i]} %`, y);
    });
  }

  private async draw(trainer: TrainerLike): Promise<void> {
    const panels = Object.entries(this.points).map(([part, curves]) => ({
      yLabel: part,
      series: Object.entries(curves).map(([name, points]): Series => ({ name: `${part} ${name}`, points })),
    }));
    if (panels.length === 0) return;
    const { plot } = await import('./plot.ts');
    const format = this.filename.endsWith('.svg') ? 'svg' : 'png';
    const image = await plot({ xLabel: 'iteration', panels, marker: this.marker, grid: this.grid, format });
    const { path } = await files('VariableStatisticsPlot');
    const file = path.join(trainer.out, formatName('VariableStatisticsPlot', this.filename, trainer));
    await writeAtomically('VariableStatisticsPlot', file, image);
  }

  serialize(serializer: Serializer): void {
    this.when.serialize?.(serializer.child('_trigger'));
    if (!serializer.writing && !serializer.has('_points')) return;
    const data = serializer.value('_points', toJson(this.points));
    if (!serializer.writing) this.points = fromJson(data) as typeof this.points;
    for (const [part, sample] of Object.entries(this.samples)) sample.serialize(serializer.child(part));
  }
}
