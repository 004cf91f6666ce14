import { checkOptions } from '../../core/check-options.ts';
import { Link } from '../../core/link.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { add } from '../../functions/math/add.ts';
import { zoneout } from '../../functions/noise/zoneout.ts';
import { lstm } from '../../functions/rnn/lstm.ts';
import { Linear } from '../connection/linear.ts';
import { moved, zeroState } from './state.ts';

/** Options of StatefulZoneoutLSTM. */
export interface ZoneoutLSTMOptions {
  /** Share of the cell states that keep their value: 0.5 unless given. */
  readonly cRatio?: number;
  /** Share of the outputs that keep their value: 0.5 unless given. */
  readonly hRatio?: number;
}

/**
 * LSTM whose states keep their old values at random while training (Krueger et al., 2016). It keeps its state between calls.
 *
 * @param inSize features of the input; null: found in the first forward pass
 * @param outSize units
 * @example
 * import { links as L, xp } from 'chainer';
 * const cell = new L.StatefulZoneoutLSTM(3, 4);
 * for (let t = 0; t < 5; t++) cell.forward(xp.ones([2, 3]));
 * cell.h?.shape; // [2, 4]
 */
export class StatefulZoneoutLSTM extends Link {
  /** `[4n, I]` with bias: from the input; gates a, i, f, o of each unit side by side. */
  readonly upward: Linear;
  /** `[4n, n]`: from the last output. */
  readonly lateral: Linear;
  readonly stateSize: number;
  readonly cRatio: number;
  readonly hRatio: number;
  /** Cell state `[N, n]`, or null at the start. */
  c: Variable | null = null;
  /** Output `[N, n]`, or null at the start. */
  h: Variable | null = null;

  constructor(inSize: number | null, outSize: number, options: ZoneoutLSTMOptions = {}) {
    super();
    checkOptions('StatefulZoneoutLSTM', options, ['cRatio', 'hRatio']);
    this.stateSize = outSize;
    this.cRatio = options.cRatio ?? 0.5;
    this.hRatio = options.hRatio ?? 0.5;
    this.upward = new Linear(inSize, 4 * outSize);
    this.lateral = new Linear(outSize, 4 * outSize, { nobias: true });
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
    let gates = this.upward.forward(x);
    if (this.h !== null) gates = add(gates, this.lateral.forward(this.h));
    const zero = () => zeroState(asArray(gates), [x.shape[0] as number, this.stateSize]);
    const [c, h] = [this.c ?? zero(), this.h ?? zero()];
    const [nextC, nextH] = lstm(c, gates);
    this.c = zoneout(c, nextC, { ratio: this.cRatio });
    this.h = zoneout(h, nextH, { ratio: this.hRatio });
    return this.h;
  }

  override toDevice(device: string): this {
    super.toDevice(device);
    this.c = moved(this.c, device);
    this.h = moved(this.h, device);
    return this;
  }
}
