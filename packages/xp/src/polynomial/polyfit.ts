import { checkOptions } from '../core/check-options.ts';
import { float64 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { axisInserted, castTo } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { vander } from '../creation/diag.ts';
import { ValueError } from '../errors.ts';
import { lstsq } from '../linalg/powers.ts';
import { inv } from '../linalg/solve.ts';
import { transpose } from '../manipulation/transpose.ts';
import { matmul } from '../products/matmul.ts';
import { arrayOf } from '../reduction/options.ts';
import { sum } from '../reduction/sum.ts';
import { divide, multiply, sqrt } from '../ufunc/arithmetic.ts';

/** Options of `polyfit`. */
export interface PolyfitOptions {
  /** Singular values below this share of the largest count as 0; the number of points times the precision unless given. */
  readonly rcond?: number | null;
  /** Whether residuals, rank, singular values and rcond are returned, too. */
  readonly full?: boolean;
  /** Weights of the points: of their deviations, not of the squares. */
  readonly w?: ArrayLike | null;
  /** Whether the covariance of the coefficients is returned, too; `'unscaled'` where the weights are reciprocal standard deviations. */
  readonly cov?: boolean | 'unscaled';
}

/** What `polyfit` returns with `full`. */
export type FullFit = [
  coefficients: NdArray,
  residuals: NdArray,
  rank: NdArray,
  singularValues: NdArray,
  rcond: number,
];

/**
 * Least-squares fit of a polynomial.
 *
 * @param x `[m]`, where
 * @param y `[m]` or `[m, k]`, what
 * @param deg its degree
 * @returns coefficients `[deg + 1]` or `[deg + 1, k]`, the highest power first; with `cov` and their covariance, with `full` and what
 * `lstsq` tells
 * @throws {TypeError} for shapes that do not fit; {ValueError} for a negative degree, or too few points for a covariance.
 * @example
 * import { array, polyfit } from '@chainer/xp';
 * polyfit(array([0, 1, 2]), array([1, 3, 5]), 1).toArraySync(); // [2.000, 1.000]
 */
export function polyfit(
  x: ArrayLike,
  y: ArrayLike,
  deg: number,
  options: PolyfitOptions & { readonly full: true },
): FullFit;
export function polyfit(
  x: ArrayLike,
  y: ArrayLike,
  deg: number,
  options: PolyfitOptions & { readonly cov: true | 'unscaled' },
): [coefficients: NdArray, covariance: NdArray];
export function polyfit(x: ArrayLike, y: ArrayLike, deg: number, options?: PolyfitOptions): NdArray;
export function polyfit(
  x: ArrayLike,
  y: ArrayLike,
  deg: number,
  options: PolyfitOptions = {},
): NdArray | FullFit | [NdArray, NdArray] {
  checkOptions('polyfit', options, ['rcond', 'full', 'w', 'cov']);
  const [at, values] = [floatingOf(x), floatingOf(y)];
  const n = at.shape[0] as number;
  if (!Number.isInteger(deg) || deg < 0)
    throw new ValueError(`[polyfit] deg must be a non-negative integer, got ${deg}`);
  if (at.ndim !== 1 || at.size === 0)
    throw new TypeError(`[polyfit] x must be a non-empty array of 1 axis, got shape ${shapeText(at.shape)}`);
  if (values.ndim < 1 || values.ndim > 2)
    throw new TypeError(`[polyfit] y must have 1 or 2 axes, got shape ${shapeText(values.shape)}`);
  if (values.shape[0] !== n) throw new TypeError(`[polyfit] x has ${n} points but y has ${values.shape[0]}`);
  const order = deg + 1;
  let [lhs, rhs] = [vander(at, { N: order }), values];
  if (options.w !== undefined && options.w !== null) {
    const w = floatingOf(options.w);
    if (w.ndim !== 1) throw new TypeError(`[polyfit] w must have 1 axis, got shape ${shapeText(w.shape)}`);
    if (w.shape[0] !== n) throw new TypeError(`[polyfit] y has ${n} points but w has ${w.shape[0]}`);
    lhs = multiply(lhs, axisInserted(w, 1));
    rhs = multiply(rhs, rhs.ndim === 2 ? axisInserted(w, 1) : w);
  }
  const eps = at.dtype.itemsize / at.dtype.lanes === 8 ? 2 ** -52 : 2 ** -23;
  const rcond = options.rcond ?? n * eps;
  const scale = sqrt(sum(multiply(lhs, lhs), 0));
  const [c, residuals, rank, s] = lstsq(divide(lhs, scale), rhs, { rcond });
  const coefficients = divide(c, c.ndim === 2 ? axisInserted(scale, 1) : scale);
  if (options.full) return [coefficients, residuals, rank, s, rcond];
  if (!options.cov) return coefficients;
  const scaled = divide(lhs, scale);
  const base = divide(
    inv(matmul(transpose(scaled), scaled)),
    multiply(axisInserted(scale, 1), axisInserted(scale, 0)),
  );
  if (options.cov === 'unscaled') return [coefficients, base];
  if (n <= order)
    throw new ValueError(
      `[polyfit] a covariance needs more than deg + 1 = ${order} points, got ${n}; say cov: 'unscaled'`,
    );
  const factor = divide(residuals, n - order);
  return [coefficients, rhs.ndim === 1 ? multiply(base, factor) : multiply(axisInserted(base, 2), factor)];
}

function floatingOf(x: ArrayLike): NdArray {
  const a = arrayOf(x);
  return castTo(a, a.dtype.kind === 'f' || a.dtype.kind === 'c' ? a.dtype : float64);
}
