import { Link } from '../../core/link.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { sigmoid } from '../../functions/activation/sigmoid.ts';
import { tanh } from '../../functions/activation/tanh.ts';
import { concat } from '../../functions/array/concat.ts';
import { splitAxis } from '../../functions/array/split-axis.ts';
import { add } from '../../functions/math/add.ts';
import { mul } from '../../functions/math/arithmetic.ts';
import { treeLstm } from '../../functions/rnn/tree-lstm.ts';
import { Linear } from '../connection/linear.ts';
import { padded, treeInputs } from './tree-inputs.ts';

/**
 * Child-sum tree LSTM: any number of children, in no order (Tai et al., 2015).
 *
 * `a, i, o = W x + U Σ hₖ`, `fₖ = W_f x + U_f hₖ`, `c = tanh(a) σ(i) + Σ σ(fₖ) cₖ`, `h = σ(o) tanh(c)`
 *
 * @param inSize features of the input
 * @param outSize units
 * @example
 * import { links as L, xp } from 'chainer';
 * const cell = new L.ChildSumTreeLSTM(3, 4);
 * const [c1, h1] = cell.forward(xp.ones([2, 3])); // a leaf
 * const [c, h] = cell.forward(c1, c1, h1, h1, xp.ones([2, 3])); // a node with two children
 * h.shape; // [2, 4]
 */
export class ChildSumTreeLSTM extends Link {
  /** `[4n, I]` with bias: from the input to a, i, o, f. */
  readonly W_x: Linear;
  /** `[3n, n]`: from the children's outputs to a, i, o. */
  readonly W_h_aio: Linear;
  /** `[n, n]`: from each child's output to its forget gate. */
  readonly W_h_f: Linear;
  readonly inSize: number;
  readonly stateSize: number;

  constructor(inSize: number, outSize: number) {
    super();
    this.inSize = inSize;
    this.stateSize = outSize;
    this.W_x = new Linear(inSize, 4 * outSize);
    this.W_h_aio = new Linear(outSize, 3 * outSize, { nobias: true });
    this.W_h_f = new Linear(outSize, outSize, { nobias: true });
  }

  /**
   * @param args cell states of the children `[N, n]`, their outputs `[N, n]`, then x `[N, I]`; null stands for zeros
   * @returns cell state and output `[N, n]`
   * @throws {TypeError} if all are null.
   */
  forward(...args: (VariableLike | null)[]): [Variable, Variable] {
    const { cs, hs, x } = treeInputs('ChildSumTreeLSTM', args, this.inSize, null);
    const n = this.stateSize;
    const [aio, f] = splitAxis(this.W_x.forward(x), [3 * n], 1) as [Variable, Variable];
    if (hs.length === 0) {
      const [a, i, o] = splitAxis(aio, 3, 1) as [Variable, Variable, Variable];
      const c = mul(sigmoid(i), tanh(a));
      return [c, mul(sigmoid(o), tanh(c))];
    }
    const outputs = padded(hs, x, n);
    const forget = outputs.map((h) => add(this.W_h_f.forward(h), f));
    const gates = concat([add(this.W_h_aio.forward(add(...outputs)), aio), ...forget]);
    return treeLstm(...padded(cs, x, n), gates);
  }
}
