import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectNdim, expectSameShape } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { sum } from '../math/sum.ts';
import { checkReduce, meanOver } from './reduce.ts';

const distance = /*#__PURE__*/ elementwise('triplet', (a, p, n) => a.sub(p).square().sub(a.sub(n).square()), {
  label: 'Triplet',
  names: ['anchor', 'positive', 'negative'],
});
const above = /*#__PURE__*/ elementwise('triplet', (d, margin) => {
  const loss = d.add(margin);
  return loss.gt(0).where(loss, 0);
});

/** Options of triplet. */
export interface TripletOptions {
  /** By how much the negative should be farther away than the positive. */
  readonly margin?: number;
  /** `mean` gives a scalar, `no` one loss per triplet. */
  readonly reduce?: 'mean' | 'no';
}

/**
 * Triplet loss: an anchor should be nearer to its positive than to its negative, by a margin.
 *
 * `loss = max(‖a - p‖² - ‖a - n‖² + margin, 0)`
 *
 * @param anchor `[N, D]`
 * @param positive `[N, D]`
 * @param negative `[N, D]`
 * @returns a scalar, or `[N]` with `reduce: 'no'`.
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {RangeError} if the margin is not positive, or for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const a = new Variable(xp.array([[1, 0]]));
 * F.triplet(a, xp.array([[0, 0]]), xp.array([[1, 1]]), { margin: 0.5 }).itemSync(); // 0.5
 */
export function triplet(
  anchor: VariableLike,
  positive: VariableLike,
  negative: VariableLike,
  options: TripletOptions = {},
): Variable {
  checkOptions('triplet', options, ['margin', 'reduce']);
  const { margin = 0.2, reduce = 'mean' } = options;
  checkReduce('triplet', reduce, ['mean', 'no']);
  if (!(margin > 0)) throw new RangeError(`[triplet] margin must be positive, got ${margin}`);
  const a = asArray(anchor);
  expectFloat('triplet', 'anchor', a);
  expectNdim('triplet', 'anchor', a, 2);
  expectSameShape('triplet', 'anchor', a, 'positive', asArray(positive));
  expectSameShape('triplet', 'anchor', a, 'negative', asArray(negative));
  const losses = above(sum(distance(anchor, positive, negative), { axis: 1 }), margin);
  return reduce === 'no' ? losses : meanOver(losses, a.shape[0] as number);
}
