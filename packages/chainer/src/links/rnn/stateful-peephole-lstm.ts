import { elementwise } from '../../core/elementwise.ts';
import { Link } from '../../core/link.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../../functions/array/reshape.ts';
import { separate } from '../../functions/array/separate.ts';
import { add } from '../../functions/math/add.ts';
import { Linear } from '../connection/linear.ts';
import { moved, zeroState } from './state.ts';

const nextCell = /*#__PURE__*/ elementwise('PeepholeLSTM', (a, i, f, c, pi, pf) =>
  a.tanh().mul(i.add(pi).sigmoid()).add(f.add(pf).sigmoid().mul(c)),
);
const output = /*#__PURE__*/ elementwise('PeepholeLSTM', (o, po, c) => o.add(po).sigmoid().mul(c.tanh()));

/**
 * LSTM whose gates also see the cell state (Gers & Schmidhuber, 2000). It keeps its state between calls.
 *
 * `i = σ(W_i x + U_i h + P_i c)`, `f = σ(W_f x + U_f h + P_f c)`, `c' = tanh(W_a x + U_a h) i + f c`,
 * `o = σ(W_o x + U_o h + P_o c')`, `h' = o tanh(c')`
 *
 * @param inSize features of the input; null: found in the first forward pass
 * @param outSize units
 * @example
 * import { links as L, xp } from 'chainer';
 * const cell = new L.StatefulPeepholeLSTM(3, 4);
 * for (let t = 0; t < 5; t++) cell.forward(xp.ones([2, 3]));
 * cell.h?.shape; // [2, 4]
 */
export class StatefulPeepholeLSTM extends Link {
  /** `[4n, I]` with bias: from the input; gates a, i, f, o of each unit side by side. */
  readonly upward: Linear;
  /** `[4n, n]`: from the last output. */
  readonly lateral: Linear;
  /** `[n, n]`: from the cell state to the input gate. */
  readonly peep_i: Linear;
  /** `[n, n]`: to the forget gate. */
  readonly peep_f: Linear;
  /** `[n, n]`: to the output gate. */
  readonly peep_o: Linear;
  readonly stateSize: number;
  /** Cell state `[N, n]`, or null at the start. */
  c: Variable | null = null;
  /** Output `[N, n]`, or null at the start. */
  h: Variable | null = null;

  constructor(inSize: number | null, outSize: number) {
    super();
    const inner = (size: number) => new Linear(outSize, size, { nobias: true });
    this.stateSize = outSize;
    this.upward = new Linear(inSize, 4 * outSize);
    this.lateral = inner(4 * outSize);
    this.peep_i = inner(outSize);
    this.peep_f = inner(outSize);
    this.peep_o = inner(outSize);
  }

  /** Forgets the state: the next call begins a sequence. */
  resetState(): void {
    this.c = null;
    this.h = null;
  }

  /** @param x `[N, I]`: one time step. */
  forward(x: VariableLike): Variable {
    const n = x.shape[0] as number;
    let gates = this.upward.forward(x);
    if (this.h !== null) gates = add(gates, this.lateral.forward(this.h));
    const c = this.c ?? zeroState(asArray(gates), [n, this.stateSize]);
    const [a, i, f, o] = separate(reshape(gates, [n, this.stateSize, 4]), { axis: 2 }) as [
      Variable,
      Variable,
      Variable,
      Variable,
    ];
    this.c = nextCell(a, i, f, c, this.peep_i.forward(c), this.peep_f.forward(c));
    this.h = output(o, this.peep_o.forward(this.c), this.c);
    return this.h;
  }

  override toDevice(device: string): this {
    super.toDevice(device);
    this.c = moved(this.c, device);
    this.h = moved(this.h, device);
    return this;
  }
}
