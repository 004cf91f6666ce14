import { coord, reshape } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectInteger, expectNdim, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { checkReduce, meanOver } from './reduce.ts';

/** How far each score is on the wrong side of its margin: the label's should exceed 1, the others stay below -1. */
const l1 = /*#__PURE__*/ elementwise(
  'hinge',
  (x, t) => {
    const d = coord(1).eq(t).where(x.neg(), x).add(1);
    return d.gt(0).where(d, 0);
  },
  { label: 'Hinge', types: 'any' },
);
const l2 = /*#__PURE__*/ elementwise(
  'hinge',
  (x, t) => {
    const d = coord(1).eq(t).where(x.neg(), x).add(1);
    return d.gt(0).where(d, 0).square();
  },
  { label: 'Hinge', types: 'any' },
);

/** Options of hinge. */
export interface HingeOptions {
  /** `L2` squares. */
  readonly norm?: 'L1' | 'L2';
  /** `mean` gives a scalar (the sum divided by the batch size), `no` one loss per score. */
  readonly reduce?: 'mean' | 'no';
}

/**
 * Hinge loss of one class against the rest.
 *
 * `loss = Σ max(0, 1 - δ x)^p / N`, `δ = 1` at the label, else -1
 *
 * @param x scores `[N, C]`
 * @param t integer labels `[N]`
 * @returns a scalar, or the losses `[N, C]` with `reduce: 'no'`.
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {RangeError} for another `norm` or `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.hinge(new Variable(xp.array([[0.5, -2]])), xp.array([0], { dtype: 'int32' })).itemSync(); // 0.5
 */
export function hinge(x: VariableLike, t: VariableLike, options: HingeOptions = {}): Variable {
  checkOptions('hinge', options, ['norm', 'reduce']);
  const { norm = 'L1', reduce = 'mean' } = options;
  checkReduce('hinge', reduce, ['mean', 'no']);
  if (norm !== 'L1' && norm !== 'L2')
    throw new RangeError(`[hinge] norm must be 'L1' or 'L2', got '${String(norm)}'`);
  const [scores, labels] = [asArray(x), asArray(t)];
  expectFloat('hinge', 'x', scores);
  expectNdim('hinge', 'x', scores, 2);
  expectInteger('hinge', 't', labels);
  expectNdim('hinge', 't', labels, 1);
  const n = scores.shape[0] as number;
  if (labels.shape[0] !== n)
    invalid('hinge', `x has ${n} samples but t ${labels.shape[0]} labels`, { x: scores, t: labels });
  const losses = (norm === 'L1' ? l1 : l2)(x, reshape(labels, [n, 1]));
  return reduce === 'no' ? losses : meanOver(losses, n);
}
