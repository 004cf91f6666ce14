import { eye } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import type { Variable, VariableLike } from '../core/variable.ts';
import { reshape } from '../functions/array/reshape.ts';
import { mul } from '../functions/math/arithmetic.ts';
import { exp } from '../functions/math/exponential.ts';
import { sum } from '../functions/math/sum.ts';
import { Distribution } from './distribution.ts';
import { klDivergence } from './kl.ts';

/** Options of Independent. */
export interface IndependentOptions {
  /** How many of the last axes of the batch become axes of the event; all but the first unless given. */
  readonly reinterpretedBatchNdims?: number | null;
}

/**
 * A batch of distributions as one of vectors whose parts are independent: the last axes of the batch become axes of the event.
 *
 * @throws {RangeError} if the batch has not so many axes.
 * @example
 * import { distributions as D, xp } from 'chainer';
 * const parts = new D.Normal(xp.zeros([2, 3]), xp.ones([2, 3]));
 * const d = new D.Independent(parts);
 * [d.batchShape, d.eventShape]; // [[2], [3]]
 */
export class Independent extends Distribution {
  readonly distribution: Distribution;
  readonly batchShape: readonly number[];
  override readonly eventShape: readonly number[];
  readonly reinterpretedBatchNdims: number;

  constructor(distribution: Distribution, options: IndependentOptions = {}) {
    super();
    checkOptions('Independent', options, ['reinterpretedBatchNdims']);
    const { batchShape, eventShape } = distribution;
    const n = options.reinterpretedBatchNdims ?? Math.max(0, batchShape.length - 1);
    if (!Number.isInteger(n) || n < 0 || n > batchShape.length)
      throw new RangeError(
        `[Independent] reinterpretedBatchNdims must lie in 0 … ${batchShape.length}, the axes of the batch, got ${n}`,
      );
    this.distribution = distribution;
    this.reinterpretedBatchNdims = n;
    this.batchShape = batchShape.slice(0, batchShape.length - n);
    this.eventShape = [...batchShape.slice(batchShape.length - n), ...eventShape];
  }

  get params(): Readonly<Record<string, Variable>> {
    return this.distribution.params;
  }
  get support(): string {
    return this.distribution.support;
  }

  /** Sums over the axes that became the event's. */
  private total(y: Variable): Variable {
    const n = this.reinterpretedBatchNdims;
    return n === 0 ? y : sum(y, { axis: Array.from({ length: n }, (_, k) => k - n) });
  }

  logProb(x: VariableLike): Variable {
    return this.total(this.distribution.logProb(x));
  }
  override get entropy(): Variable {
    return this.total(this.distribution.entropy);
  }
  override logCdf(x: VariableLike): Variable {
    return this.total(this.distribution.logCdf(x));
  }
  /** The probability that every part is at most its part of x. */
  override cdf(x: VariableLike): Variable {
    return exp(this.logCdf(x));
  }
  /** Of each part. */
  override icdf(p: VariableLike): Variable {
    return this.distribution.icdf(p);
  }
  override get mean(): Variable {
    return this.distribution.mean;
  }
  override get variance(): Variable {
    return this.distribution.variance;
  }
  override get stddev(): Variable {
    return this.distribution.stddev;
  }
  override get mode(): Variable {
    return this.distribution.mode;
  }
  /** A diagonal matrix of the parts' variances: `[…, K, K]`, K numbers an event; where the parts are numbers. */
  override get covariance(): Variable {
    if (this.distribution.eventRank > 0) return this.lacks('covariance');
    const K = this.eventShape.reduce((m, d) => m * d, 1);
    const column = reshape(this.variance, [...this.batchShape, K, 1]);
    return mul(column, eye(K, { dtype: column.dtype, device: column.array.device }));
  }
  sampleN(n: number): Variable {
    return this.distribution.sampleN(n);
  }
  override klFrom(q: Distribution): Variable | null {
    if (!(q instanceof Independent) || q.reinterpretedBatchNdims !== this.reinterpretedBatchNdims)
      return null;
    return this.total(klDivergence(this.distribution, q.distribution));
  }
}
