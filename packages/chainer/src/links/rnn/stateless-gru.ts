import type { Variable, VariableLike } from '../../core/variable.ts';
import { GRUBase, type GRUOptions } from './gru-base.ts';

/**
 * Gated recurrent unit whose state is passed in and returned (Cho et al., 2014).
 *
 * `r = σ(W_r x + U_r h)`, `z = σ(W_z x + U_z h)`, `h' = z tanh(W x + U (r h)) + (1 - z) h`
 *
 * @param inSize features of the input; null: found in the first forward pass
 * @param outSize units
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.StatelessGRU(3, 4).forward(xp.zeros([2, 4]), xp.ones([2, 3])).shape; // [2, 4]
 */
export class StatelessGRU extends GRUBase {
  constructor(inSize: number | null, outSize: number, options: GRUOptions = {}) {
    super(inSize, outSize, options);
  }

  /**
   * @param h state `[N, n]`
   * @param x `[N, I]`
   */
  forward(h: VariableLike, x: VariableLike): Variable {
    return this.step(h, x);
  }
}
