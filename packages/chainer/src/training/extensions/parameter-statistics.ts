import { astype, max, mean, min, type NdArray, std } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import type { Link } from '../../core/link.ts';
import type { Serializer } from '../../core/serializer.ts';
import { DictSummary } from '../../reporter/dict-summary.ts';
import { report } from '../../reporter/reporter.ts';
import { getTrigger } from '../triggers/get-trigger.ts';
import {
  type Extension,
  PRIORITY_WRITER,
  type TrainerLike,
  type Trigger,
  type TriggerLike,
} from '../types.ts';
import { percentiles, sigmas } from './percentiles.ts';

/** Makes one number, or a list of them, of a parameter or a gradient. */
export type Statistic = (
  x: NdArray,
) => number | NdArray | readonly number[] | Promise<number | readonly number[]>;

/** Options of `ParameterStatistics`. */
export interface ParameterStatisticsOptions {
  /** Statistics by name; `default`: mean, std, min, max, zeros and seven percentiles. */
  readonly statistics?: Readonly<Record<string, Statistic>> | 'default';
  readonly reportParams?: boolean;
  readonly reportGrads?: boolean;
  /** What stands before the names. */
  readonly prefix?: string | null;
  /** When the means since the last time are reported; values are taken whenever the extension runs. */
  readonly trigger?: TriggerLike;
  /** Report NaN, without computing anything, of what has a NaN. */
  readonly skipNanParams?: boolean;
}

const numbersOf = async (x: NdArray): Promise<number[]> =>
  Array.from((await astype(x, 'float64').data()) as ArrayLike<number>);

const standard: Readonly<Record<string, Statistic>> = {
  mean: (x) => mean(astype(x, 'float32')),
  std: (x) => std(astype(x, 'float32')),
  min: (x) => min(x),
  max: (x) => max(x),
  zeros: async (x) => (await numbersOf(x)).filter((v) => v === 0).length,
  percentile: async (x) => percentiles(await numbersOf(x), sigmas),
};

/**
 * Reports statistics of parameters and gradients, averaged over the iterations since the last time, under `prefix/link/l1/W/data/mean`.
 *
 * @param links the links below which parameters are watched; a link's own name, where it has one, stands in the keys.
 * @example
 * import { links as L } from 'chainer';
 * import { ParameterStatistics } from 'chainer/training/extensions';
 * const model = new L.Linear(3, 2);
 * const extension = new ParameterStatistics(model, { prefix: 'model' }); // trainer.extend(extension)
 * extension.priority; // 300
 */
export class ParameterStatistics implements Extension {
  name: string | undefined;
  readonly defaultName = 'parameter_statistics';
  readonly priority = PRIORITY_WRITER;
  private readonly links: readonly Link[];
  private readonly statistics: Readonly<Record<string, Statistic>>;
  private readonly attributes: readonly ('data' | 'grad')[];
  private readonly prefix: string | null;
  private readonly when: Trigger;
  private readonly skipNan: boolean;
  private readonly summary = new DictSummary();

  constructor(links: Link | readonly Link[], options: ParameterStatisticsOptions = {}) {
    checkOptions('ParameterStatistics', options, [
      'statistics',
      'reportParams',
      'reportGrads',
      'prefix',
      'trigger',
      'skipNanParams',
    ]);
    const { statistics = 'default', reportParams = true, reportGrads = true, prefix = null } = options;
    this.links = Array.isArray(links) ? links : [links as Link];
    this.statistics = statistics === 'default' ? standard : statistics;
    this.attributes = [...(reportParams ? ['data' as const] : []), ...(reportGrads ? ['grad' as const] : [])];
    this.prefix = prefix;
    this.when = getTrigger(options.trigger === undefined ? [1, 'epoch'] : options.trigger);
    this.skipNan = options.skipNanParams ?? false;
  }

  async run(trainer: TrainerLike): Promise<void> {
    this.summary.add(await this.measure());
    if (!(await this.when.fire(trainer))) return;
    const means = await this.summary.computeMean();
    this.summary.clear();
    report(means);
  }

  private async measure(): Promise<Record<string, number | NdArray>> {
    const found: Record<string, number | NdArray> = {};
    for (const link of this.links) {
      for (const [path, p] of link.namedparams({ includeUninit: false })) {
        for (const attribute of this.attributes) {
          const x = attribute === 'data' ? p.array : p.grad;
          if (x === null) continue;
          const place = [this.prefix, link.name, path.slice(1), attribute].filter((part) => part).join('/');
          const broken = this.skipNan && (await hasNan(x));
          for (const [name, statistic] of Object.entries(this.statistics)) {
            const value = broken ? Number.NaN : await statistic(x);
            if (Array.isArray(value))
              for (const [i, v] of value.entries()) found[`${place}/${name}/${i}`] = v;
            else found[`${place}/${name}`] = value as number | NdArray;
          }
        }
      }
    }
    return found;
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

const hasNan = async (x: NdArray): Promise<boolean> => (await numbersOf(x)).some(Number.isNaN);
