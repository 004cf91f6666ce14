import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { transposeSequence } from '../../functions/array/transpose-sequence.ts';
import { argmaxCrf1d } from '../../functions/loss/argmax-crf1d.ts';
import { crf1d } from '../../functions/loss/crf1d.ts';
import { longestFirst } from '../rnn/sequence-order.ts';

/**
 * Linear-chain conditional random field with learnt costs of going from one label to the next.
 *
 * @param nLabel number of labels
 * @param options `initialCost`: 0 unless given.
 * @example
 * import { links as L, xp } from 'chainer';
 * const crf = new L.CRF1d(2);
 * const [score, path] = crf.argmax([xp.array([[0, 1], [3, 0]])], { transpose: true });
 * path.map((p) => p.toArraySync()); // [[1, 0]]
 */
export class CRF1d extends Link {
  /** `[K, K]`: score of going from the row's label to the column's */
  readonly cost: Parameter;

  constructor(nLabel: number, options: { readonly initialCost?: InitializerLike | null } = {}) {
    super();
    checkOptions('CRF1d', options, ['initialCost']);
    this.cost = new Parameter(options.initialCost ?? 0, [nLabel, nLabel], { name: 'cost' });
  }

  /**
   * Negative log-likelihood of label sequences.
   *
   * @param xs time steps `[Nₜ, K]`, or with `transpose` sequences `[Lᵢ, K]` in any order
   * @param ys labels alike: `[Nₜ]`, or `[Lᵢ]`
   * @param options `reduce`: `mean` (unless given), or `no` for one loss per sequence (with `transpose` in order of falling length).
   */
  forward(
    xs: readonly VariableLike[],
    ys: readonly VariableLike[],
    options: { readonly reduce?: 'mean' | 'no'; readonly transpose?: boolean } = {},
  ): Variable {
    const { reduce = 'mean', transpose = false } = options;
    if (!transpose) return crf1d(this.cost, xs, ys, { reduce });
    const order = longestFirst(xs);
    const steps = (list: readonly VariableLike[]) => transposeSequence(order.apply(list));
    return crf1d(this.cost, steps(xs), steps(ys), { reduce });
  }

  /**
   * The most likely label sequences.
   *
   * @param xs as for `forward`
   * @returns scores (with `transpose` in order of falling length), and labels: for each time step, or with `transpose` for each sequence
   */
  argmax(xs: readonly VariableLike[], options: { readonly transpose?: boolean } = {}): [Variable, NdArray[]] {
    if (!options.transpose) return argmaxCrf1d(this.cost, xs);
    const order = longestFirst(xs);
    const [score, path] = argmaxCrf1d(this.cost, transposeSequence(order.apply(xs)));
    return [score, order.undo(transposeSequence(path).map(asArray))];
  }
}
