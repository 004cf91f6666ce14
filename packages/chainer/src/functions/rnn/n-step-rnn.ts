import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { nStep } from './n-step.ts';
import { rnnCell, type StepActivation } from './n-step-cells.ts';
import type { LayerWeights } from './n-step-composed.ts';

/**
 * Plain recurrent network over sequences of different lengths, in a stack of layers.
 *
 * `h' = tanh(W₀x + b₀ + W₁h + b₁)`, or relu instead of tanh
 *
 * @param nLayers number of layers, L
 * @param dropoutRatio share of the elements that are dropped between layers
 * @param hx initial outputs `[L, N, D]`
 * @param ws weights: for each layer 2 of them, first 1 `[D, I]` (`[D, D]` from the second layer on), then 1 `[D, D]`
 * @param bs biases likewise, each `[D]`
 * @param xs time steps `[Nₜ, I]`, sequences sorted by falling length (see `transposeSequence`)
 * @param options `activation`: `'tanh'` unless given, or `'relu'`.
 * @returns the last outputs `[L, N, D]`, and the outputs of the last layer for each time step `[Nₜ, D]`
 * @throws {InvalidType} if shapes or dtypes do not fit, or sequences are not sorted.
 * @throws {TypeError} if the number of weights does not fit.
 * @throws {RangeError} for another activation.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const w = [xp.ones([2, 3]), xp.ones([2, 2])];
 * const b = Array(2).fill(xp.zeros([2]));
 * const h = new Variable(xp.zeros([1, 2, 2]));
 * const xs = [xp.ones([2, 3]), xp.ones([1, 3])];
 * const [hy, ys] = F.nStepRnn(1, 0, h, [w], [b], xs);
 * ys.map((y) => y.shape); // [[2, 2], [1, 2]]
 */
export function nStepRnn(
  nLayers: number,
  dropoutRatio: number,
  hx: VariableLike,
  ws: LayerWeights,
  bs: LayerWeights,
  xs: readonly VariableLike[],
  options: { readonly activation?: StepActivation } = {},
): [Variable, Variable[]] {
  checkOptions('nStepRnn', options, ['activation']);
  const { hy, ys } = nStep(
    'nStepRnn',
    rnnCell('nStepRnn', options.activation ?? 'tanh'),
    1,
    nLayers,
    dropoutRatio,
    hx,
    null,
    ws,
    bs,
    xs,
  );
  return [hy, ys];
}
