import { asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { GRUBase, type GRUOptions } from './gru-base.ts';
import { moved } from './state.ts';

/**
 * Gated recurrent unit that keeps its state between calls (Cho et al., 2014); see `StatelessGRU`.
 *
 * @param inSize features of the input; null: found in the first forward pass
 * @param outSize units
 * @example
 * import { links as L, xp } from 'chainer';
 * const cell = new L.StatefulGRU(3, 4);
 * for (let t = 0; t < 5; t++) cell.forward(xp.ones([2, 3]));
 * cell.h?.shape; // [2, 4]
 * cell.resetState();
 */
export class StatefulGRU extends GRUBase {
  /** State `[N, n]`, or null at the start. */
  h: Variable | null = null;

  constructor(inSize: number | null, outSize: number, options: GRUOptions = {}) {
    super(inSize, outSize, { biasInit: 0, ...options });
  }

  /** Takes over a state. */
  setState(h: VariableLike): void {
    this.h = asVariable(h);
  }

  /** Forgets the state: the next call begins a sequence. */
  resetState(): void {
    this.h = null;
  }

  /** @param x `[N, I]`: one time step. */
  forward(x: VariableLike): Variable {
    this.h = this.h === null ? this.begin(x) : this.step(this.h, x);
    return this.h;
  }

  override toDevice(device: string): this {
    super.toDevice(device);
    this.h = moved(this.h, device);
    return this;
  }
}
