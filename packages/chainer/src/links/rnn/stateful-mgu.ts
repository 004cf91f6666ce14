import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { MGUBase } from './mgu-base.ts';
import { moved, zeroState } from './state.ts';

/**
 * Minimal gated unit that keeps its state between calls (Zhou et al., 2016); see `StatelessMGU`.
 *
 * @param inSize features of the input
 * @param outSize units
 * @example
 * import { links as L, xp } from 'chainer';
 * const cell = new L.StatefulMGU(3, 4);
 * for (let t = 0; t < 5; t++) cell.forward(xp.ones([2, 3]));
 * cell.h?.shape; // [2, 4]
 */
export class StatefulMGU extends MGUBase {
  /** State `[N, n]`, or null at the start. */
  h: Variable | null = null;

  constructor(inSize: number, outSize: number) {
    super(inSize, outSize);
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
    const h = this.h ?? zeroState(asArray(x), [x.shape[0] as number, this.stateSize]);
    this.h = this.step(h, x);
    return this.h;
  }

  override toDevice(device: string): this {
    super.toDevice(device);
    this.h = moved(this.h, device);
    return this;
  }
}
