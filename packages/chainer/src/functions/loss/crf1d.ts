import type { NdArray } from '@chainer/xp/functions';
import { sliced } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { expectFloat, expectInteger, expectNdim, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { concat } from '../array/concat.ts';
import { getItem } from '../array/get-item.ts';
import { reshape } from '../array/reshape.ts';
import { selectItem } from '../array/select-item.ts';
import { splitAxis } from '../array/split-axis.ts';
import { add } from '../math/add.ts';
import { sub } from '../math/arithmetic.ts';
import { logsumexp } from '../math/logsumexp.ts';
import { checkReduce, meanOver } from './reduce.ts';

/** Checks costs and scores of a linear-chain CRF; returns the number of sequences at each time step. */
export function checkChain(who: string, cost: VariableLike, xs: readonly VariableLike[]): number[] {
  const c = asArray(cost);
  expectFloat(who, 'cost', c);
  expectNdim(who, 'cost', c, 2);
  if (c.shape[0] !== c.shape[1])
    invalid(who, 'cost must be square, one row and column per label', { cost: c });
  if (xs.length === 0) throw new TypeError(`[${who}] xs must hold at least one time step, got none`);
  let before = Number.POSITIVE_INFINITY;
  return xs.map((x, t) => {
    const a = asArray(x);
    const name = `xs[${t}]`;
    expectSameDtype(who, 'cost', c, name, a);
    expectNdim(who, name, a, 2);
    const rows = a.shape[0] as number;
    if (a.shape[1] !== c.shape[0])
      invalid(who, `${name} has ${a.shape[1]} labels but cost ${c.shape[0]}`, { cost: c, [name]: a });
    if (rows > before)
      invalid(
        who,
        `${name} has ${rows} sequences but the step before ${before}: sort sequences by falling length`,
        {
          [name]: a,
        },
      );
    before = rows;
    return rows;
  });
}

/** Scores of every label now, plus costs of every step there from every label before: `[N, before, now]`. */
export function transitions(alpha: Variable, cost: VariableLike): Variable {
  const [n, labels] = alpha.shape as [number, number];
  return add(reshape(alpha, [n, labels, 1]), reshape(cost, [1, labels, labels]));
}

/** Keeps what belongs to sequences that go on; the others' last values are collected. */
export class Ended {
  private readonly parts: Variable[] = [];

  /** The first `batch` rows. */
  keep(x: Variable, batch: number): Variable {
    if (x.shape[0] === batch) return x;
    const [kept, rest] = splitAxis(x, [batch], 0) as [Variable, Variable];
    this.parts.push(rest);
    return kept;
  }

  /** Rows of all sequences in order. */
  join(x: Variable): Variable {
    return this.parts.length === 0 ? x : concat([x, ...this.parts.slice().reverse()], { axis: 0 });
  }
}

/**
 * Negative log-likelihood of label sequences under a linear-chain conditional random field.
 *
 * `loss = log Σ_z exp(s(z)) - s(y)` with `s(y) = Σₜ xₜ[yₜ] + Σₜ cost[yₜ₋₁, yₜ]`, z over all label sequences
 *
 * @param cost `[K, K]`: score of going from the row's label to the column's
 * @param xs time steps `[Nₜ, K]`: scores of the labels, sequences sorted by falling length (see `transposeSequence`)
 * @param ys time steps of labels, integers `[Nₜ]`
 * @param options `reduce`: `mean` (unless given) gives a scalar, `no` one loss per sequence.
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {RangeError} for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const xs = [xp.zeros([1, 2]), xp.zeros([1, 2])];
 * const ys = xs.map(() => xp.array([0], { dtype: 'int32' }));
 * const loss = F.crf1d(new Variable(xp.zeros([2, 2])), xs, ys);
 * // one of four sequences
 * loss.itemSync(); // 1.3863
 */
export function crf1d(
  cost: VariableLike,
  xs: readonly VariableLike[],
  ys: readonly VariableLike[],
  options: { readonly reduce?: 'mean' | 'no' } = {},
): Variable {
  checkOptions('crf1d', options, ['reduce']);
  const { reduce = 'mean' } = options;
  checkReduce('crf1d', reduce, ['mean', 'no']);
  const rows = checkChain('crf1d', cost, xs);
  if (ys.length !== xs.length)
    throw new TypeError(`[crf1d] there are ${xs.length} steps of xs but ${ys.length} of ys`);
  const labels = ys.map((y, t) => {
    const a = asArray(y);
    expectInteger('crf1d', `ys[${t}]`, a);
    if (a.ndim !== 1 || a.shape[0] !== rows[t])
      invalid('crf1d', `ys[${t}] must have shape [${rows[t]}], got [${a.shape.join(',')}]`, {
        [`ys[${t}]`]: a,
      });
    return a;
  });
  const [endedAlpha, endedScore] = [new Ended(), new Ended()];
  let alpha = asVariable(xs[0] as VariableLike);
  let score = selectItem(alpha, labels[0] as NdArray);
  for (let t = 1; t < xs.length; t++) {
    const [x, y, batch] = [xs[t] as VariableLike, labels[t] as NdArray, rows[t] as number];
    alpha = add(logsumexp(transitions(endedAlpha.keep(alpha, batch), cost), { axis: 1 }), x);
    const before = sliced(labels[t - 1] as NdArray, 0, 0, batch);
    score = add(endedScore.keep(score, batch), selectItem(x, y), getItem(cost, [before, y]));
  }
  const losses = sub(logsumexp(endedAlpha.join(alpha), { axis: 1 }), endedScore.join(score));
  return reduce === 'no' ? losses : meanOver(losses, rows[0] as number);
}
