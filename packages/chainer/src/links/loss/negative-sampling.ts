import type { DTypeName, NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { type NegativeSamplingOptions, negativeSampling } from '../../functions/loss/negative-sampling.ts';
import { WalkerAlias } from '../../utils/walker-alias.ts';

/**
 * Negative sampling loss with its weights; samples are drawn by `count^power` (Mikolov et al., 2013).
 *
 * @param inSize features of the input
 * @param counts how often each class occurs
 * @param sampleSize number of samples for each row
 * @param options `power`: 0.75 unless given; `dtype`: of the weights.
 * @example
 * import { links as L, xp } from 'chainer';
 * const loss = new L.NegativeSampling(3, [5, 2, 1], 2);
 * loss.forward(xp.ones([1, 3]), xp.array([1], { dtype: 'int32' })).itemSync(); // 2.0794
 */
export class NegativeSampling extends Link {
  /** `[V, D]` */
  readonly W: Parameter;
  readonly sampler: WalkerAlias;
  readonly sampleSize: number;

  constructor(
    inSize: number,
    counts: readonly number[],
    sampleSize: number,
    options: { readonly power?: number; readonly dtype?: DTypeName | null } = {},
  ) {
    super();
    checkOptions('NegativeSampling', options, ['power', 'dtype']);
    const { power = 0.75, dtype = null } = options;
    this.sampleSize = sampleSize;
    this.sampler = new WalkerAlias(counts.map((c) => c ** power));
    this.W = new Parameter(0, [counts.length, inSize], { name: 'W', dtype });
  }

  /**
   * @param x `[N, D]`
   * @param t targets, integers `[N]`; rows of target -1 are ignored
   * @param options `reduce`: `sum` (unless given) or `no`; `returnSamples`: also return the samples.
   */
  forward(
    x: VariableLike,
    t: VariableLike,
    options: NegativeSamplingOptions & { readonly returnSamples: true },
  ): [Variable, NdArray];
  forward(x: VariableLike, t: VariableLike, options?: NegativeSamplingOptions): Variable;
  forward(
    x: VariableLike,
    t: VariableLike,
    options: NegativeSamplingOptions = {},
  ): Variable | [Variable, NdArray] {
    const { device } = asArray(x);
    const sample = (shape: readonly number[]) => this.sampler.sample(shape, device);
    return negativeSampling(x, t, this.W, sample, this.sampleSize, options);
  }
}
