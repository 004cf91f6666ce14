import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectSameShape } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { average } from '../math/average.ts';
import { sum } from '../math/sum.ts';
import { checkReduce } from './reduce.ts';

const bernoulli = /*#__PURE__*/ elementwise(
  'bernoulliNll',
  (x, y) => y.max(0).add(y.abs().neg().exp().log1p()).sub(x.mul(y)),
  {
    label: 'BernoulliNLL',
    derivative: ([x, y], _, gy) => (x && y ? [y.mul(gy).neg(), y.sigmoid().sub(x).mul(gy)] : []),
  },
);
const normal = /*#__PURE__*/ elementwise(
  'gaussianNll',
  (x, mean, lnVar) =>
    x
      .sub(mean)
      .square()
      .mul(lnVar.neg().exp())
      .add(lnVar)
      .add(Math.log(2 * Math.PI))
      .mul(0.5),
  { label: 'GaussianNLL', names: ['x', 'mean', 'lnVar'] },
);
const divergence = /*#__PURE__*/ elementwise(
  'gaussianKlDivergence',
  (mean, lnVar) => mean.square().add(lnVar.exp()).sub(lnVar).sub(1).mul(0.5),
  {
    label: 'GaussianKLDivergence',
    names: ['mean', 'lnVar'],
  },
);

/** How the losses of all elements become the result. */
export interface LikelihoodOptions {
  /** `sum` (unless given) or `mean` give a scalar, `no` one loss per element. */
  readonly reduce?: 'sum' | 'mean' | 'no';
}

function reduced(who: string, losses: () => Variable, reduce: string): Variable {
  checkReduce(who, reduce, ['sum', 'mean', 'no']);
  const each = losses();
  return reduce === 'no' ? each : reduce === 'sum' ? sum(each) : average(each);
}

/**
 * Negative log-likelihood of Bernoulli distributions whose parameters are given as logits.
 *
 * `loss = -x log σ(y) - (1 - x) log(1 - σ(y))`
 *
 * @param x values, usually 0 or 1
 * @param y logits, of x's shape
 * @throws {InvalidType} if shapes or dtypes differ.
 * @throws {RangeError} for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.bernoulliNll(xp.array([1]), new Variable(xp.array([0]))).itemSync(); // 0.6931
 */
export function bernoulliNll(x: VariableLike, y: VariableLike, options: LikelihoodOptions = {}): Variable {
  checkOptions('bernoulliNll', options, ['reduce']);
  expectSameShape('bernoulliNll', 'x', asArray(x), 'y', asArray(y));
  return reduced('bernoulliNll', () => bernoulli(x, y), options.reduce ?? 'sum');
}

/**
 * Negative log-likelihood of normal distributions.
 *
 * `loss = (ln σ² + ln 2π + (x - μ)² / σ²) / 2`
 *
 * @param mean μ, of x's shape
 * @param lnVar ln σ², of x's shape
 * @throws {InvalidType} if shapes or dtypes differ.
 * @throws {RangeError} for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.gaussianNll(new Variable(xp.array([0])), xp.array([0]), xp.array([0])).itemSync(); // 0.9189
 */
export function gaussianNll(
  x: VariableLike,
  mean: VariableLike,
  lnVar: VariableLike,
  options: LikelihoodOptions = {},
): Variable {
  checkOptions('gaussianNll', options, ['reduce']);
  expectSameShape('gaussianNll', 'x', asArray(x), 'mean', asArray(mean));
  expectSameShape('gaussianNll', 'x', asArray(x), 'lnVar', asArray(lnVar));
  return reduced('gaussianNll', () => normal(x, mean, lnVar), options.reduce ?? 'sum');
}

/**
 * Kullback-Leibler divergence of normal distributions from the standard one.
 *
 * `D = (μ² + σ² - ln σ² - 1) / 2`
 *
 * @param mean μ
 * @param lnVar ln σ², of mean's shape
 * @throws {InvalidType} if shapes or dtypes differ.
 * @throws {RangeError} for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.gaussianKlDivergence(new Variable(xp.array([2])), xp.array([0])).itemSync(); // 2
 */
export function gaussianKlDivergence(
  mean: VariableLike,
  lnVar: VariableLike,
  options: LikelihoodOptions = {},
): Variable {
  checkOptions('gaussianKlDivergence', options, ['reduce']);
  expectSameShape('gaussianKlDivergence', 'mean', asArray(mean), 'lnVar', asArray(lnVar));
  return reduced('gaussianKlDivergence', () => divergence(mean, lnVar), options.reduce ?? 'sum');
}
