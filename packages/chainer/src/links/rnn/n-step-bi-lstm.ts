import type { Variable, VariableLike } from '../../core/variable.ts';
import { nStepBilstm } from '../../functions/rnn/n-step-bilstm.ts';
import { NStepBase, type NStepOptions } from './n-step-base.ts';

/**
 * Long short-term memory in both directions over whole sequences, in a stack of layers; see `nStepBilstm`.
 *
 * @param nLayers number of layers
 * @param inSize features of the input
 * @param outSize units of each layer and direction
 * @param dropout share of the elements that are dropped between layers while training
 * @example
 * import { links as L, xp } from 'chainer';
 * const rnn = new L.NStepBiLSTM(2, 3, 4, 0.5);
 * const [hy, cy, ys] = rnn.forward(null, null, [xp.ones([2, 3]), xp.ones([5, 3])]);
 * ys.map((y) => y.shape); // [[2, 8], [5, 8]]
 */
export class NStepBiLSTM extends NStepBase {
  constructor(nLayers: number, inSize: number, outSize: number, dropout: number, options: NStepOptions = {}) {
    super(nLayers, inSize, outSize, dropout, options, 2, 8);
  }

  override get nCells(): number {
    return 2;
  }

  /**
   * @param hx initial outputs `[2 L, N, D]`; null: zeros
   * @param cx initial cell states `[2 L, N, D]`; null: zeros
   * @param xs sequences `[Tᵢ, I]`, in any order
   * @returns last outputs, last cell states, and for each sequence the outputs of the last layer `[Tᵢ, 2 D]`
   */
  forward(
    hx: VariableLike | null,
    cx: VariableLike | null,
    xs: readonly VariableLike[],
  ): [Variable, Variable, Variable[]] {
    const { states, ys } = this.apply([hx, cx], xs);
    return [states[0] as Variable, states[1] as Variable, ys];
  }

  protected override run(states: readonly VariableLike[], xs: readonly Variable[]) {
    const [hx, cx] = states as readonly [VariableLike, VariableLike];
    const [hy, cy, ys] = nStepBilstm(this.nLayers, this.dropout, hx, cx, this.ws, this.bs, xs);
    return { states: [hy, cy], ys };
  }
}
