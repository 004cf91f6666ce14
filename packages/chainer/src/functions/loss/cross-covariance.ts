import { add, eye, multiply } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { expectFloat, expectNdim, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { div, mul, sub } from '../math/arithmetic.ts';
import { average } from '../math/average.ts';
import { matmul } from '../math/matmul.ts';
import { square } from '../math/square.ts';
import { sum } from '../math/sum.ts';
import { checkReduce } from './reduce.ts';

/** How a covariance matrix becomes the result. */
export interface CovarianceOptions {
  /** `half_squared_sum` gives half the sum of squares, `no` the matrix. */
  readonly reduce?: 'half_squared_sum' | 'no';
}

function centred(x: VariableLike): Variable {
  return sub(x, average(x, { axis: 0, keepdims: true }));
}

/**
 * Cross-covariance of two sets of features (Cheung et al., 2015).
 *
 * `C = (y - ȳ)ᵀ (z - z̄) / N`, `loss = ½ Σ C²`
 *
 * @param y `[N, A]`
 * @param z `[N, B]`
 * @returns a scalar, or the matrix `[A, B]` with `reduce: 'no'`.
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {RangeError} for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.crossCovariance(new Variable(xp.array([[0], [2]])), xp.array([[0], [4]]), { reduce: 'no' }).array.toArraySync(); // [[2]]
 */
export function crossCovariance(y: VariableLike, z: VariableLike, options: CovarianceOptions = {}): Variable {
  checkOptions('crossCovariance', options, ['reduce']);
  const { reduce = 'half_squared_sum' } = options;
  checkReduce('crossCovariance', reduce, ['half_squared_sum', 'no']);
  const [a, b] = [asArray(y), asArray(z)];
  expectFloat('crossCovariance', 'y', a);
  expectSameDtype('crossCovariance', 'y', a, 'z', b);
  expectNdim('crossCovariance', 'y', a, 2);
  expectNdim('crossCovariance', 'z', b, 2);
  if (a.shape[0] !== b.shape[0])
    invalid('crossCovariance', 'y and z must have the same number of samples', { y: a, z: b });
  const covariance = div(matmul(centred(y), centred(z), { transa: true }), a.shape[0] as number);
  return reduce === 'no' ? covariance : mul(sum(square(covariance)), 0.5);
}

/**
 * DeCov loss: covariances between the features of a hidden layer, without their variances (Cogswell et al., 2015).
 *
 * `C = (h - h̄)ᵀ (h - h̄) / N` with zeros on its diagonal, `loss = ½ Σ C²`
 *
 * @param h `[N, D]`
 * @returns a scalar, or the matrix `[D, D]` with `reduce: 'no'`.
 * @throws {InvalidType} if h is not a floating array of 2 axes.
 * @throws {RangeError} for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.decov(new Variable(xp.array([[0, 0], [2, 4]]))).itemSync(); // 4
 */
export function decov(h: VariableLike, options: CovarianceOptions = {}): Variable {
  checkOptions('decov', options, ['reduce']);
  const { reduce = 'half_squared_sum' } = options;
  checkReduce('decov', reduce, ['half_squared_sum', 'no']);
  const x = asArray(h);
  expectFloat('decov', 'h', x);
  expectNdim('decov', 'h', x, 2);
  const [n, d] = x.shape as [number, number];
  const c = centred(h);
  const apart = add(multiply(eye(d, { dtype: x.dtype, device: x.device }), -1), 1, {
    out: multiply(eye(d, { dtype: x.dtype, device: x.device }), -1),
  });
  const covariance = mul(div(matmul(c, c, { transa: true }), n), apart);
  return reduce === 'no' ? covariance : mul(sum(square(covariance)), 0.5);
}
