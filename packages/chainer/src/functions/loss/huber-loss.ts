import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectSameShape } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { sum } from '../math/sum.ts';
import { checkReduce } from './reduce.ts';

const each = /*#__PURE__*/ elementwise(
  'huberLoss',
  (x, t, delta) => {
    const d = x.sub(t);
    return d
      .abs()
      .gt(delta)
      .where(d.abs().sub(delta.mul(0.5)).mul(delta), d.square().mul(0.5));
  },
  { label: 'HuberLoss', names: ['x', 't'] },
);

/** Options of huberLoss. */
export interface HuberLossOptions {
  /** `sum_along_second_axis` sums over axis 1, `no` leaves the losses as they are. */
  readonly reduce?: 'sum_along_second_axis' | 'no';
}

/**
 * Huber loss: quadratic near zero, linear beyond `delta`.
 *
 * `loss = d² / 2` where `|d| ≤ δ`, else `δ (|d| - δ / 2)`, with `d = x - t`
 *
 * @param x `[N, D, …]`
 * @param t of x's shape
 * @returns `[N, …]`, or the losses with `reduce: 'no'`.
 * @throws {InvalidType} if shapes or dtypes differ.
 * @throws {RangeError} for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.huberLoss(new Variable(xp.array([[1, 4]])), xp.zeros([1, 2]), 2).array.toArraySync(); // [6.5]
 */
export function huberLoss(
  x: VariableLike,
  t: VariableLike,
  delta: number,
  options: HuberLossOptions = {},
): Variable {
  checkOptions('huberLoss', options, ['reduce']);
  const { reduce = 'sum_along_second_axis' } = options;
  checkReduce('huberLoss', reduce, ['sum_along_second_axis', 'no']);
  expectSameShape('huberLoss', 'x', asArray(x), 't', asArray(t));
  const losses = each(x, t, delta);
  return reduce === 'no' ? losses : sum(losses, { axis: 1 });
}
