import type { Variable, VariableLike } from '../../core/variable.ts';
import { nStepBirnn } from '../../functions/rnn/n-step-birnn.ts';
import { NStepBase, type NStepOptions } from './n-step-base.ts';

/**
 * Plain recurrent network with tanh in both directions over whole sequences, in a stack of layers; see `nStepBirnn`.
 *
 * @param nLayers number of layers
 * @param inSize features of the input
 * @param outSize units of each layer and direction
 * @param dropout share of the elements that are dropped between layers while training
 * @example
 * import { links as L, xp } from 'chainer';
 * const rnn = new L.NStepBiRNNTanh(2, 3, 4, 0.5);
 * const [hy, ys] = rnn.forward(null, [xp.ones([2, 3]), xp.ones([5, 3])]);
 * ys.map((y) => y.shape); // [[2, 8], [5, 8]]
 */
export class NStepBiRNNTanh extends NStepBase {
  constructor(nLayers: number, inSize: number, outSize: number, dropout: number, options: NStepOptions = {}) {
    super(nLayers, inSize, outSize, dropout, options, 2, 2);
  }

  override get nCells(): number {
    return 1;
  }

  /**
   * @param hx initial outputs `[2 L, N, D]`; null: zeros
   * @param xs sequences `[Tᵢ, I]`, in any order
   * @returns last outputs, and for each sequence the outputs of the last layer `[Tᵢ, 2 D]`
   */
  forward(hx: VariableLike | null, xs: readonly VariableLike[]): [Variable, Variable[]] {
    const { states, ys } = this.apply([hx], xs);
    return [states[0] as Variable, ys];
  }

  protected override run([hx]: readonly VariableLike[], xs: readonly Variable[]) {
    const [hy, ys] = nStepBirnn(this.nLayers, this.dropout, hx as VariableLike, this.ws, this.bs, xs, {
      activation: 'tanh',
    });
    return { states: [hy], ys };
  }
}
