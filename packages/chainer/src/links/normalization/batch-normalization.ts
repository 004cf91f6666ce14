import * as xp from '@chainer/xp/functions';
import { type DTypeName, type NdArray, resolveDevice } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { config, getDtype } from '../../core/config.ts';
import { type InitializerLike, initialize } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { batchNormalization } from '../../functions/normalization/batch-normalization.ts';
import { fixedBatchNormalization } from '../../functions/normalization/fixed-batch-normalization.ts';

/** Options of BatchNormalization. */
export interface BatchNormalizationLinkOptions {
  /** Share of the old running value that stays. */
  readonly decay?: number;
  readonly eps?: number;
  readonly dtype?: DTypeName | null;
  readonly useGamma?: boolean;
  readonly useBeta?: boolean;
  readonly initialGamma?: InitializerLike | null;
  readonly initialBeta?: InitializerLike | null;
  /** Axes over which statistics are taken. */
  readonly axis?: number | readonly number[] | null;
  readonly initialAvgMean?: InitializerLike | null;
  readonly initialAvgVar?: InitializerLike | null;
}

/**
 * Batch normalization with learnt scale and shift, and running statistics for prediction.
 *
 * In training (`config.train`) it uses the batch and updates the running statistics; otherwise it uses those.
 *
 * @param size number of channels, or shape of the statistics; null: found in the first forward pass (then `axis` is needed).
 * @throws {Error} if neither size nor axis is given.
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * const bn = new L.BatchNormalization(2);
 * bn.forward(new Variable(xp.array([[1, 2], [3, 4]]))).shape; // [2, 2]
 */
export class BatchNormalization extends Link {
  readonly gamma: Parameter | null;
  readonly beta: Parameter | null;
  /** Running mean, of gamma's shape; null until the size is known. */
  avgMean: NdArray | null = null;
  /** Running variance. */
  avgVar: NdArray | null = null;
  /** Batches seen while fine-tuning. */
  N = 0;
  readonly decay: number;
  readonly eps: number;
  readonly axis: number | readonly number[] | null;
  private readonly statistics: DTypeName;
  private readonly startMean: InitializerLike;
  private readonly startVar: InitializerLike;
  private place: string | null = null;

  constructor(size: number | readonly number[] | null = null, options: BatchNormalizationLinkOptions = {}) {
    super();
    checkOptions('BatchNormalization', options, [
      'decay',
      'eps',
      'dtype',
      'useGamma',
      'useBeta',
      'initialGamma',
      'initialBeta',
      'axis',
      'initialAvgMean',
      'initialAvgVar',
    ]);
    const { decay = 0.9, eps = 2e-5, dtype = null, useGamma = true, useBeta = true, axis = null } = options;
    if (size === null && axis === null)
      throw new Error(
        '[BatchNormalization] size or axis is missing: new BatchNormalization(channels), or (null, {axis})',
      );
    this.decay = decay;
    this.eps = eps;
    this.axis = axis;
    this.statistics = getDtype(dtype, 'float32');
    this.startMean = options.initialAvgMean ?? 0;
    this.startVar = options.initialAvgVar ?? 1;
    const shape = size === null ? null : typeof size === 'number' ? [size] : size;
    const own = { dtype: this.statistics };
    this.gamma = useGamma ? new Parameter(options.initialGamma ?? 1, shape, { name: 'gamma', ...own }) : null;
    this.beta = useBeta ? new Parameter(options.initialBeta ?? 0, shape, { name: 'beta', ...own }) : null;
    if (shape !== null) this.startStatistics(shape);
  }

  override get persistent(): readonly string[] {
    return ['avgMean', 'avgVar', 'N'];
  }

  private startStatistics(shape: readonly number[]): void {
    const make = (start: InitializerLike) => {
      const x = xp.empty(shape, { dtype: this.statistics, device: resolveDevice(this.place) });
      x.storage.kept = true;
      initialize(x, start);
      return x;
    };
    this.avgMean = make(this.startMean);
    this.avgVar = make(this.startVar);
  }

  /** Sizes of everything, from the first input. */
  private initializeFor(x: VariableLike): void {
    const axes = (typeof this.axis === 'number' ? [this.axis] : (this.axis ?? [])).map((a) =>
      a < 0 ? a + x.shape.length : a,
    );
    const shape = x.shape.filter((_, i) => !axes.includes(i));
    this.gamma?.initialize(shape);
    this.beta?.initialize(shape);
    this.startStatistics(shape);
  }

  /**
   * @param x `[N, C, …]`
   * @param options `finetune`: average the batches since `startFinetuning` instead of letting old ones decay.
   */
  forward(x: VariableLike, options: { readonly finetune?: boolean } = {}): Variable {
    if (this.avgMean === null || this.avgVar === null) this.initializeFor(x);
    const mean = this.avgMean as NdArray;
    const variance = this.avgVar as NdArray;
    const like = (value: number) => xp.full(mean.shape, value, { dtype: mean.dtype, device: mean.device });
    const gamma = this.gamma ?? like(1);
    const beta = this.beta ?? like(0);
    if (!config.train)
      return fixedBatchNormalization(x, gamma, beta, mean, variance, { eps: this.eps, axis: this.axis });
    let decay = this.decay;
    if (options.finetune) {
      this.N += 1;
      decay = 1 - 1 / this.N;
    }
    // A function that runs a second time to recompute its result must not count the batch again.
    const running = config.inRecomputing ? {} : { runningMean: mean, runningVar: variance };
    return batchNormalization(x, gamma, beta, { eps: this.eps, decay, axis: this.axis, ...running });
  }

  /** Starts counting batches anew for `forward(x, {finetune: true})`. */
  startFinetuning(): void {
    this.N = 0;
  }

  override toDevice(device: string): this {
    this.place = device;
    return super.toDevice(device);
  }

  override get printableSpecs(): readonly [string, unknown][] {
    return [
      ['size', this.avgMean === null ? null : this.avgMean.shape.join('x')],
      ['decay', this.decay],
      ['eps', this.eps],
    ];
  }
}
