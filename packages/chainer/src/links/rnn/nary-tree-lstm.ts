import { checkOptions } from '../../core/check-options.ts';
import { Link } from '../../core/link.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { add } from '../../functions/math/add.ts';
import { treeLstm } from '../../functions/rnn/tree-lstm.ts';
import { Linear } from '../connection/linear.ts';
import { padded, treeInputs } from './tree-inputs.ts';

/**
 * N-ary tree LSTM: a fixed number of children, each with weights of its own (Tai et al., 2015).
 *
 * `a, i, o, f₁, …, f_K = W x + Σ Uₖ hₖ`, `c = tanh(a) σ(i) + Σ σ(fₖ) cₖ`, `h = σ(o) tanh(c)`
 *
 * @param inSize features of the input
 * @param outSize units
 * @param options `nAry`: number of children, 2 unless given.
 * @throws {RangeError} for fewer than one child.
 * @example
 * import { links as L, xp } from 'chainer';
 * const cell = new L.NaryTreeLSTM(3, 4);
 * const [c1, h1] = cell.forward(null, null, null, null, xp.ones([2, 3])); // a leaf
 * const [c, h] = cell.forward(c1, c1, h1, h1, xp.ones([2, 3]));
 * h.shape; // [2, 4]
 */
export class NaryTreeLSTM extends Link {
  /** `[(3 + K) n, I]` with bias: from the input. */
  readonly W_x: Linear;
  readonly inSize: number;
  readonly stateSize: number;
  readonly nAry: number;

  constructor(inSize: number, outSize: number, options: { readonly nAry?: number } = {}) {
    super();
    checkOptions('NaryTreeLSTM', options, ['nAry']);
    const { nAry = 2 } = options;
    if (!Number.isInteger(nAry) || nAry < 1)
      throw new RangeError(`[NaryTreeLSTM] nAry must be a positive integer, got ${nAry}`);
    this.inSize = inSize;
    this.stateSize = outSize;
    this.nAry = nAry;
    const gates = (3 + nAry) * outSize;
    this.W_x = new Linear(inSize, gates);
    // Children are W_h1, W_h2, …, so that files of Chainer load.
    const own = this as unknown as Record<string, Linear>;
    for (let k = 1; k <= nAry; k++) own[`W_h${k}`] = new Linear(outSize, gates, { nobias: true });
  }

  /**
   * @param args cell states of the children `[N, n]`, their outputs `[N, n]`, then x `[N, I]`; null stands for zeros
   * @returns cell state and output `[N, n]`
   * @throws {TypeError} for another number of children, or if all are null.
   */
  forward(...args: (VariableLike | null)[]): [Variable, Variable] {
    const { cs, hs, x } = treeInputs('NaryTreeLSTM', args, this.inSize, this.nAry);
    const own = this as unknown as Record<string, Linear>;
    let gates = this.W_x.forward(x);
    hs.forEach((h, k) => {
      if (h) gates = add(gates, (own[`W_h${k + 1}`] as Linear).forward(h));
    });
    return treeLstm(...padded(cs, x, this.stateSize), gates);
  }
}
