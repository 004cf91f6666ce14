import type { Variable, VariableLike } from '../../core/variable.ts';
import { nStepRnn } from '../../functions/rnn/n-step-rnn.ts';
import { NStepBase, type NStepOptions } from './n-step-base.ts';

/**
 * Plain recurrent network with relu over whole sequences, in a stack of layers; see `nStepRnn`.
 *
 * @param nLayers number of layers
 * @param inSize features of the input
 * @param outSize units of each layer
 * @param dropout share of the elements that are dropped between layers while training
 * @example
 * import { links as L, xp } from 'chainer';
 * const rnn = new L.NStepRNNReLU(2, 3, 4, 0.5);
 * const [hy, ys] = rnn.forward(null, [xp.ones([2, 3]), xp.ones([5, 3])]);
 * ys.map((y) => y.shape); // [[2, 4], [5, 4]]
 */
export class NStepRNNReLU extends NStepBase {
  constructor(nLayers: number, inSize: number, outSize: number, dropout: number, options: NStepOptions = {}) {
    super(nLayers, inSize, outSize, dropout, options, 1, 2);
  }

  override get nCells(): number {
    return 1;
  }

  /**
   * @param hx initial outputs `[L, N, D]`; null: zeros
   * @param xs sequences `[Tᵢ, I]`, in any order
   * @returns last outputs, and for each sequence the outputs of the last layer `[Tᵢ, D]`
   */
  forward(hx: VariableLike | null, xs: readonly VariableLike[]): [Variable, Variable[]] {
    const { states, ys } = this.apply([hx], xs);
    return [states[0] as Variable, ys];
  }

  protected override run([hx]: readonly VariableLike[], xs: readonly Variable[]) {
    const [hy, ys] = nStepRnn(this.nLayers, this.dropout, hx as VariableLike, this.ws, this.bs, xs, {
      activation: 'relu',
    });
    return { states: [hy], ys };
  }
}
