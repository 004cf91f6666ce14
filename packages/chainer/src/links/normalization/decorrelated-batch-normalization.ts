import { broadcastTo, copy, type DTypeName, eye, NdArray, zeros } from '@chainer/xp/functions';
import { overwrite } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import { Link } from '../../core/link.ts';
import type { Serializer } from '../../core/serializer.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { decorrelatedBatchNormalization } from '../../functions/normalization/decorrelated-batch-normalization.ts';
import { fixedDecorrelatedBatchNormalization } from '../../functions/normalization/fixed-decorrelated-batch-normalization.ts';

/** Options of DecorrelatedBatchNormalization. */
export interface DecorrelatedBatchNormalizationLinkOptions {
  /** Number of groups that are whitened by themselves, 16 unless given. */
  readonly groups?: number;
  /** Share of the old running value that stays, 0.9 unless given. */
  readonly decay?: number;
  readonly eps?: number;
  /** dtype of the running statistics, float32 unless given. */
  readonly dtype?: DTypeName;
}

/**
 * Decorrelated batch normalization with running statistics (Huang et al., 2018). It has no parameters.
 *
 * @param size number of channels
 * @throws {RangeError} if they do not divide into groups.
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.DecorrelatedBatchNormalization(4, { groups: 2 }).forward(xp.random.normal({ size: [8, 4] })).shape; // [8, 4]
 */
export class DecorrelatedBatchNormalization extends Link {
  /** Running mean `[G, C/G]`. */
  avgMean: NdArray;
  /** Running projection `[G, C/G, C/G]`. */
  avgProjection: NdArray;
  /** Batches seen while fine-tuning. */
  N = 0;
  readonly groups: number;
  readonly decay: number;
  readonly eps: number;

  constructor(size: number, options: DecorrelatedBatchNormalizationLinkOptions = {}) {
    super();
    checkOptions('DecorrelatedBatchNormalization', options, ['groups', 'decay', 'eps', 'dtype']);
    const { groups = 16, decay = 0.9, eps = 2e-5, dtype = 'float32' } = options;
    if (size % groups !== 0)
      throw new RangeError(
        `[DecorrelatedBatchNormalization] ${size} channels do not divide into ${groups} groups`,
      );
    this.groups = groups;
    this.decay = decay;
    this.eps = eps;
    const channels = size / groups;
    this.avgMean = zeros([groups, channels], { dtype });
    this.avgProjection = copy(broadcastTo(eye(channels, { dtype }), [groups, channels, channels]));
    this.avgMean.storage.kept = true;
    this.avgProjection.storage.kept = true;
  }

  override get persistent(): readonly string[] {
    return ['avgMean', 'avgProjection', 'N'];
  }

  /**
   * @param x `[N, C, …]`
   * @param options `finetune`: average the batches since `startFinetuning` instead of letting old ones decay.
   */
  forward(x: VariableLike, options: { readonly finetune?: boolean } = {}): Variable {
    const { groups, eps } = this;
    if (!config.train)
      return fixedDecorrelatedBatchNormalization(x, this.avgMean, this.avgProjection, { groups });
    if (config.inRecomputing) return decorrelatedBatchNormalization(x, { groups, eps });
    let decay = this.decay;
    if (options.finetune) {
      this.N += 1;
      decay = 1 - 1 / this.N;
    }
    return decorrelatedBatchNormalization(x, {
      groups,
      eps,
      decay,
      runningMean: this.avgMean,
      runningProjection: this.avgProjection,
    });
  }

  /** Starts counting batches anew for `forward(x, {finetune: true})`. */
  startFinetuning(): void {
    this.N = 0;
  }

  /** Statistics of old files, which knew no groups, are taken for every group. */
  override serialize(serializer: Serializer): void {
    if (serializer.writing) {
      super.serialize(serializer);
      return;
    }
    const read = (key: string, own: NdArray) => {
      const stored = serializer.value<NdArray | null>(key, null);
      if (!(stored instanceof NdArray)) return;
      const here = stored.to(own.device);
      overwrite(own, here);
    };
    read('avg_mean', this.avgMean);
    read('avg_projection', this.avgProjection);
    this.N = serializer.value('N', this.N);
  }
}
