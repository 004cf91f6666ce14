import { argmax, concatenate, type NdArray, reshape, takeAlongAxis } from '@chainer/xp/functions';
import { sliced } from '@chainer/xp/internal';
import { asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { add } from '../math/add.ts';
import { max } from '../math/minmax.ts';
import { checkChain, Ended, transitions } from './crf1d.ts';

/**
 * The most likely label sequences of a linear-chain conditional random field, by the Viterbi algorithm; see `crf1d`.
 *
 * @param cost `[K, K]`: score of going from the row's label to the column's
 * @param xs time steps `[Nₜ, K]`: scores of the labels, sequences sorted by falling length
 * @returns the scores of the best sequences `[N]`, and their labels as time steps, int32 `[Nₜ]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const xs = [xp.array([[0, 1]]), xp.array([[1, 0]])];
 * const [score, path] = F.argmaxCrf1d(new Variable(xp.zeros([2, 2])), xs);
 * [score.array.toArraySync(), path.map((p) => p.toArraySync())]; // [[2], [[1], [0]]]
 */
export function argmaxCrf1d(cost: VariableLike, xs: readonly VariableLike[]): [Variable, NdArray[]] {
  const rows = checkChain('argmaxCrf1d', cost, xs);
  const ended = new Ended();
  /** The best label of the last step, for each sequence that ends there. */
  const lasts: (NdArray | null)[] = [];
  const cameFrom: NdArray[] = [];
  let alpha = asVariable(xs[0] as VariableLike);
  for (let t = 1; t < xs.length; t++) {
    const batch = rows[t] as number;
    lasts.push(
      batch < (rows[t - 1] as number)
        ? argmax(sliced(alpha.array, 0, batch, (rows[t - 1] as number) - batch), 1)
        : null,
    );
    const scores = transitions(ended.keep(alpha, batch), cost);
    cameFrom.push(argmax(scores.array, 1));
    alpha = add(max(scores, { axis: 1 }), xs[t] as VariableLike);
  }
  let best = argmax(alpha.array, 1);
  const path = [best];
  for (let t = cameFrom.length - 1; t >= 0; t--) {
    const from = reshape(takeAlongAxis(cameFrom[t] as NdArray, reshape(best, [best.size, 1]), 1), [
      best.size,
    ]);
    const last = lasts[t] ?? null;
    best = last === null ? from : concatenate([from, last]);
    path.unshift(best);
  }
  return [max(ended.join(alpha), { axis: 1 }), path];
}
