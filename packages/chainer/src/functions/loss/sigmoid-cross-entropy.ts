import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectInteger, expectSameShape } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { cast } from '../array/cast.ts';
import { div } from '../math/arithmetic.ts';
import { maximum } from '../math/maximum.ts';
import { sum } from '../math/sum.ts';
import { checkReduce, meanOver } from './reduce.ts';

/** Labels come as floats of x's dtype; -1 does not count. */
const each = /*#__PURE__*/ elementwise(
  'sigmoidCrossEntropy',
  (x, t) => t.ne(-1).where(x.max(0).sub(x.mul(t)).add(x.abs().neg().exp().log1p()), 0),
  {
    label: 'SigmoidCrossEntropy',
    derivative: ([x, t], _, gy) => (x && t ? [t.ne(-1).where(x.sigmoid().sub(t).mul(gy), 0), null] : []),
  },
);
const counts = /*#__PURE__*/ elementwise('sigmoidCrossEntropy', (t) => t.ne(-1).where(t.mul(0).add(1), 0));

/** Options of sigmoidCrossEntropy. */
export interface SigmoidCrossEntropyOptions {
  /** Divide by the number of labels that count (true) or by the batch size. */
  readonly normalize?: boolean;
  /** `mean` gives a scalar, `no` one loss per label. */
  readonly reduce?: 'mean' | 'no';
}

/**
 * Cross entropy of independent scores and binary labels.
 *
 * `loss = -t log σ(x) - (1 - t) log(1 - σ(x))`
 *
 * @param x scores
 * @param t integer labels of x's shape: 0, 1, or -1 for a place that does not count
 * @returns a scalar, or the losses with `reduce: 'no'`.
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {RangeError} for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const t = xp.array([1, 0], { dtype: 'int32' });
 * F.sigmoidCrossEntropy(new Variable(xp.zeros([2])), t).itemSync(); // 0.6931
 */
export function sigmoidCrossEntropy(
  x: VariableLike,
  t: VariableLike,
  options: SigmoidCrossEntropyOptions = {},
): Variable {
  checkOptions('sigmoidCrossEntropy', options, ['normalize', 'reduce']);
  const { normalize = true, reduce = 'mean' } = options;
  checkReduce('sigmoidCrossEntropy', reduce, ['mean', 'no']);
  const [scores, labels] = [asArray(x), asArray(t)];
  expectFloat('sigmoidCrossEntropy', 'x', scores);
  expectInteger('sigmoidCrossEntropy', 't', labels);
  expectSameShape('sigmoidCrossEntropy', 'x', scores, 't', labels);
  const targets = cast(labels, scores.dtype);
  const losses = each(x, targets);
  if (reduce === 'no') return losses;
  return normalize
    ? div(sum(losses), maximum(sum(counts(targets)), 1))
    : meanOver(losses, scores.shape[0] ?? 1);
}
