import type { Variable, VariableLike } from '../../core/variable.ts';
import { nStep } from './n-step.ts';
import { gruCell } from './n-step-cells.ts';
import type { LayerWeights } from './n-step-composed.ts';

/**
 * Gated recurrent units in both directions over sequences of different lengths, in a stack of layers.
 *
 * `r = σ(W₀x + b₀ + W₃h + b₃)`, `z = σ(W₁x + b₁ + W₄h + b₄)`, `h̄ = tanh(W₂x + b₂ + r (W₅h + b₅))`, `h' = (1 - z) h̄ + z h`
 *
 * This is cuDNN's form; that of the link `GRU` differs.
 *
 * The outputs of both directions lie next to each other. States and weights alternate: forward and backward of the first layer, then of the second, …
 *
 * @param nLayers number of layers, L
 * @param dropoutRatio share of the elements that are dropped between layers
 * @param hx initial outputs `[2 L, N, D]`
 * @param ws weights: for each layer and direction 6 of them, first 3 `[D, I]` (`[D, 2 D]` from the second layer on), then 3 `[D, D]`
 * @param bs biases likewise, each `[D]`
 * @param xs time steps `[Nₜ, I]`, sequences sorted by falling length (see `transposeSequence`)
 * @returns the last outputs `[2 L, N, D]`, and the outputs of the last layer for each time step `[Nₜ, 2 D]`
 * @throws {InvalidType} if shapes or dtypes do not fit, or sequences are not sorted.
 * @throws {TypeError} if the number of weights does not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const w = [...Array(3).fill(xp.ones([2, 3])), ...Array(3).fill(xp.ones([2, 2]))];
 * const b = Array(6).fill(xp.zeros([2]));
 * const h = new Variable(xp.zeros([2, 2, 2]));
 * const xs = [xp.ones([2, 3]), xp.ones([1, 3])];
 * const [hy, ys] = F.nStepBigru(1, 0, h, [w, w], [b, b], xs);
 * ys.map((y) => y.shape); // [[2, 4], [1, 4]]
 */
export function nStepBigru(
  nLayers: number,
  dropoutRatio: number,
  hx: VariableLike,
  ws: LayerWeights,
  bs: LayerWeights,
  xs: readonly VariableLike[],
): [Variable, Variable[]] {
  const { hy, ys } = nStep('nStepBigru', gruCell, 2, nLayers, dropoutRatio, hx, null, ws, bs, xs);
  return [hy, ys];
}
