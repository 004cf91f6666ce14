import type { Variable, VariableLike } from '../../core/variable.ts';
import { nStep } from './n-step.ts';
import { lstmCell } from './n-step-cells.ts';
import type { LayerWeights } from './n-step-composed.ts';

/**
 * Long short-term memory over sequences of different lengths, in a stack of layers.
 *
 * `i = σ(W₀x + b₀ + W₄h + b₄)`, `f = σ(W₁x + b₁ + W₅h + b₅)`, `a = tanh(W₂x + b₂ + W₆h + b₆)`, `o = σ(W₃x + b₃ + W₇h + b₇)`,
 * `c' = f c + i a`, `h' = o tanh(c')`
 *
 * @param nLayers number of layers, L
 * @param dropoutRatio share of the elements that are dropped between layers
 * @param hx initial outputs `[L, N, D]`
 * @param cx initial cell states `[L, N, D]`
 * @param ws weights: for each layer 8 of them, first 4 `[D, I]` (`[D, D]` from the second layer on), then 4 `[D, D]`
 * @param bs biases likewise, each `[D]`
 * @param xs time steps `[Nₜ, I]`, sequences sorted by falling length (see `transposeSequence`)
 * @returns the last outputs `[L, N, D]`, the last cell states, and the outputs of the last layer for each time step `[Nₜ, D]`
 * @throws {InvalidType} if shapes or dtypes do not fit, or sequences are not sorted.
 * @throws {TypeError} if the number of weights does not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const w = [...Array(4).fill(xp.ones([2, 3])), ...Array(4).fill(xp.ones([2, 2]))];
 * const b = Array(8).fill(xp.zeros([2]));
 * const h = new Variable(xp.zeros([1, 2, 2]));
 * const xs = [xp.ones([2, 3]), xp.ones([1, 3])];
 * const [hy, cy, ys] = F.nStepLstm(1, 0, h, h, [w], [b], xs);
 * ys.map((y) => y.shape); // [[2, 2], [1, 2]]
 */
export function nStepLstm(
  nLayers: number,
  dropoutRatio: number,
  hx: VariableLike,
  cx: VariableLike,
  ws: LayerWeights,
  bs: LayerWeights,
  xs: readonly VariableLike[],
): [Variable, Variable, Variable[]] {
  const { hy, cy, ys } = nStep('nStepLstm', lstmCell, 1, nLayers, dropoutRatio, hx, cx, ws, bs, xs);
  return [hy, cy as Variable, ys];
}
