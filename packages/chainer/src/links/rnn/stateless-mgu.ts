import type { Variable, VariableLike } from '../../core/variable.ts';
import { MGUBase } from './mgu-base.ts';

/**
 * Minimal gated unit whose state is passed in and returned (Zhou et al., 2016).
 *
 * `f = σ(W_f [h, x])`, `h' = f tanh(W_h [f h, x]) + (1 - f) h`
 *
 * @param nInputs features of the input
 * @param nUnits units
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.StatelessMGU(3, 4).forward(xp.zeros([2, 4]), xp.ones([2, 3])).shape; // [2, 4]
 */
export class StatelessMGU extends MGUBase {
  constructor(nInputs: number, nUnits: number) {
    super(nInputs, nUnits);
  }

  /**
   * @param h state `[N, n]`
   * @param x `[N, I]`
   */
  forward(h: VariableLike, x: VariableLike): Variable {
    return this.step(h, x);
  }
}
