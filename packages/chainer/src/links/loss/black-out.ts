import type { NdArray } from '@chainer/xp/functions';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { blackOut } from '../../functions/loss/black-out.ts';
import { WalkerAlias } from '../../utils/walker-alias.ts';

/**
 * BlackOut loss with its weights; samples are drawn by how often classes occur (Ji et al., 2016).
 *
 * The weights are not initialised: they are NaN until the user sets them.
 *
 * @param inSize features of the input
 * @param counts how often each class occurs
 * @param sampleSize number of samples for each row
 * @example
 * import { links as L, xp } from 'chainer';
 * const loss = new L.BlackOut(3, [5, 2, 1], 2);
 * loss.W.array.fill(0);
 * loss.forward(xp.ones([1, 3]), xp.array([1], { dtype: 'int32' })).itemSync(); // 1.9095
 */
export class BlackOut extends Link {
  /** `[V, D]` */
  readonly W: Parameter;
  readonly sampler: WalkerAlias;
  readonly sampleSize: number;
  /** Samples to use instead of random ones, integers `[N, S]`; for tests. */
  sampleData: NdArray | null = null;

  constructor(inSize: number, counts: readonly number[], sampleSize: number) {
    super();
    this.sampleSize = sampleSize;
    this.sampler = new WalkerAlias(counts);
    this.W = new Parameter(null, [counts.length, inSize], { name: 'W' });
  }

  /**
   * @param x `[N, D]`
   * @param t targets, integers `[N]`
   * @returns the mean loss
   */
  forward(x: VariableLike, t: VariableLike): Variable {
    const { device, shape } = asArray(x);
    const samples = this.sampleData ?? this.sampler.sample([shape[0] as number, this.sampleSize], device);
    return blackOut(x, t, this.W, samples);
  }
}
