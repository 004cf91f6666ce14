import type { NdArray } from '@chainer/xp/functions';
import * as xp from '@chainer/xp/functions';
import { copy } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { batchRenormalization } from '../../functions/normalization/batch-renormalization.ts';
import { fixedBatchNormalization } from '../../functions/normalization/fixed-batch-normalization.ts';
import { BatchNormalization, type BatchNormalizationLinkOptions } from './batch-normalization.ts';

/** Options of BatchRenormalization. */
export interface BatchRenormalizationLinkOptions extends Omit<BatchNormalizationLinkOptions, 'axis'> {
  /** Greatest correction of the scale, 1 unless given. */
  readonly rmax?: number;
  /** Greatest correction of the shift, 0 unless given: with both defaults it is batch normalization. */
  readonly dmax?: number;
}

/**
 * Batch renormalization with learnt scale and shift, and running statistics (Ioffe, 2017).
 *
 * @param size number of channels, or shape of the statistics
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.BatchRenormalization(2, { rmax: 3, dmax: 5 }).forward(xp.array([[1, 2], [3, 4]])).shape; // [2, 2]
 */
export class BatchRenormalization extends BatchNormalization {
  readonly rmax: number;
  readonly dmax: number;
  /** The running statistics that the last forward pass saw, for running it again. */
  private before: { readonly mean: NdArray; readonly variance: NdArray } | null = null;

  constructor(size: number | readonly number[], options: BatchRenormalizationLinkOptions = {}) {
    checkOptions('BatchRenormalization', options, [
      'rmax',
      'dmax',
      'decay',
      'eps',
      'dtype',
      'useGamma',
      'useBeta',
      'initialGamma',
      'initialBeta',
      'initialAvgMean',
      'initialAvgVar',
    ]);
    const { rmax = 1, dmax = 0, ...rest } = options;
    super(size, rest);
    this.rmax = rmax;
    this.dmax = dmax;
  }

  override forward(x: VariableLike, options: { readonly finetune?: boolean } = {}): Variable {
    const mean = this.avgMean as NdArray;
    const variance = this.avgVar as NdArray;
    const like = (value: number) => xp.full(mean.shape, value, { dtype: mean.dtype, device: mean.device });
    const gamma = this.gamma ?? like(1);
    const beta = this.beta ?? like(0);
    if (!config.train) return fixedBatchNormalization(x, gamma, beta, mean, variance, { eps: this.eps });
    if (config.inRecomputing && this.before !== null)
      return batchRenormalization(x, gamma, beta, this.rmax, this.dmax, {
        eps: this.eps,
        runningMean: this.before.mean,
        runningVar: this.before.variance,
      });
    let decay = this.decay;
    if (options.finetune) {
      this.N += 1;
      decay = 1 - 1 / this.N;
    }
    this.before = { mean: copy(mean), variance: copy(variance) };
    return batchRenormalization(x, gamma, beta, this.rmax, this.dmax, {
      eps: this.eps,
      runningMean: mean,
      runningVar: variance,
      decay,
      updateStatistics: true,
    });
  }
}
