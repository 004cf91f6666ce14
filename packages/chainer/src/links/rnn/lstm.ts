import * as xp from '@chainer/xp/functions';
import { asVariable, Variable, type VariableLike } from '../../core/variable.ts';
import { concat } from '../../functions/array/concat.ts';
import { splitAxis } from '../../functions/array/split-axis.ts';
import { add } from '../../functions/math/add.ts';
import { lstm } from '../../functions/rnn/lstm.ts';
import { LSTMBase, type LSTMOptions } from './lstm-base.ts';

/**
 * Long short-term memory that keeps its state between calls (Hochreiter & Schmidhuber, 1997).
 *
 * Each call takes one time step. The batch may shrink from call to call (sequences sorted by descending length), not grow.
 *
 * @param inSize features of the input; null: found in the first forward pass.
 * @param outSize units
 * @example
 * import { links as L, Variable, xp } from 'chainer';
 * const cell = new L.LSTM(3, 4);
 * for (let t = 0; t < 5; t++) cell.forward(new Variable(xp.ones([2, 3])));
 * cell.h?.shape; // [2, 4]
 * cell.resetState();
 */
export class LSTM extends LSTMBase {
  /** Cell state `[N, n]`, or null at the start. */
  c: Variable | null = null;
  /** Output `[N, n]`, or null at the start. */
  h: Variable | null = null;

  constructor(inSize: number | null, outSize: number | LSTMOptions | null = null, options: LSTMOptions = {}) {
    super(inSize, outSize, options);
  }

  /** Takes over a state. */
  setState(c: VariableLike, h: VariableLike): void {
    this.c = asVariable(c);
    this.h = asVariable(h);
  }

  /** Forgets the state: the next call begins a sequence. */
  resetState(): void {
    this.c = null;
    this.h = null;
  }

  /** @param x `[N, I]`: one time step. */
  forward(x: VariableLike): Variable {
    const batch = x.shape[0] as number;
    let gates = this.upward.forward(x);
    let rest: Variable | null = null;
    if (this.h !== null) {
      const before = this.h.shape[0] as number;
      if (batch > before)
        throw new TypeError(
          `[LSTM] the batch may not grow within a sequence: x has ${batch} samples, the state ${before}; call resetState() before a new sequence`,
        );
      let h = this.h;
      if (batch < before) [h, rest] = splitAxis(this.h, [batch], 0) as [Variable, Variable];
      gates = add(gates, this.lateral.forward(h));
    }
    const c =
      this.c ??
      new Variable(xp.zeros([batch, this.stateSize], { dtype: gates.dtype, device: gates.array.device }), {
        requiresGrad: false,
      });
    const [nextC, y] = lstm(c, gates);
    this.c = nextC;
    this.h = rest === null ? y : concat([y, rest], { axis: 0 });
    return y;
  }
}
