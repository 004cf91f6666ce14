import * as xp from '@chainer/xp/functions';
import { Variable, type VariableLike } from '../../core/variable.ts';
import { add } from '../../functions/math/add.ts';
import { lstm } from '../../functions/rnn/lstm.ts';
import { LSTMBase, type LSTMOptions } from './lstm-base.ts';

/**
 * Long short-term memory whose state is passed in and returned.
 *
 * @param inSize features of the input; null: found in the first forward pass.
 * @param outSize units
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * const cell = new L.StatelessLSTM(3, 4);
 * const [c, h] = cell.forward(null, null, new Variable(xp.ones([2, 3])));
 * h.shape; // [2, 4]
 */
export class StatelessLSTM extends LSTMBase {
  constructor(inSize: number | null, outSize: number | LSTMOptions | null = null, options: LSTMOptions = {}) {
    super(inSize, outSize, options);
  }

  /**
   * @param c cell state `[N, n]`, or null
   * @param h output of the step before `[N, n]`, or null
   * @param x `[N, I]`
   * @returns the new cell state and output
   */
  forward(c: VariableLike | null, h: VariableLike | null, x: VariableLike): [Variable, Variable] {
    let gates = this.upward.forward(x);
    if (h !== null) gates = add(gates, this.lateral.forward(h));
    const state =
      c ??
      new Variable(
        xp.zeros([x.shape[0] as number, this.stateSize], { dtype: gates.dtype, device: gates.array.device }),
        { requiresGrad: false },
      );
    return lstm(state, gates);
  }
}
