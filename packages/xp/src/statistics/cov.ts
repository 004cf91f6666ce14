import { checkOptions, isRecord } from '../core/check-options.ts';
import { type DType, type DTypeLike, dtype, float64 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { axisInserted, castTo, diagonalView, joined, partsView, permuted } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { matmul } from '../products/matmul.ts';
import { average } from '../reduction/average.ts';
import { arrayOf } from '../reduction/options.ts';
import { sum } from '../reduction/sum.ts';
import { apply } from '../scalar/expr.ts';

/** Options of `corrcoef`. */
export interface CorrelationOptions {
  /** Each row is a variable (the default), or each column. */
  readonly rowvar?: boolean;
  readonly dtype?: DTypeLike | null;
}

/** Options of `cov`. */
export interface CovarianceOptions extends CorrelationOptions {
  /** Divide by n instead of n - 1. */
  readonly bias?: boolean;
  /** The divisor is n - ddof; overrides `bias`. */
  readonly ddof?: number | null;
  /** How often each observation counts, as integers. */
  readonly fweights?: ArrayLike | null;
  /** How much each observation weighs. */
  readonly aweights?: ArrayLike | null;
}

const multiply = /*#__PURE__*/ new ElementwiseKernel('cov', 2, (a, b) => a.mul(b));
const subtract = /*#__PURE__*/ new ElementwiseKernel('cov', 2, (a, b) => a.sub(b));
const conjugate = /*#__PURE__*/ new ElementwiseKernel('cov', 1, (a) => apply('conj', a));
const over = /*#__PURE__*/ new ElementwiseKernel('cov', 2, (c, n) => c.div(n));
const plainDivisor = /*#__PURE__*/ new ElementwiseKernel('cov', 2, (total, ddof) => total.sub(ddof).max(0));
const weightedDivisor = /*#__PURE__*/ new ElementwiseKernel('cov', 3, (total, squares, ddof) =>
  total.sub(ddof.mul(squares).div(total)).max(0),
);
const correlation = /*#__PURE__*/ new ElementwiseKernel('corrcoef', 3, (c, v, w) =>
  c.div(apply('real', v).sqrt()).div(apply('real', w).sqrt()),
);
const limited = /*#__PURE__*/ new ElementwiseKernel('corrcoef', 1, (c) => c.max(-1).min(1));

/** Variables as rows. */
function variables(m: ArrayLike, rowvar: boolean, name: string): NdArray {
  const a = arrayOf(m);
  if (a.ndim > 2)
    throw new ValueError(`[cov] ${name} has shape ${shapeText(a.shape)}; expected at most two axes`);
  if (a.ndim < 2) return new NdArray(a.storage, a.dtype, [1, a.size], [0, a.steps[0] ?? 0], a.offset);
  return rowvar || a.shape[0] === 1 ? a : permuted(a, [1, 0]);
}

function weightsOf(w: ArrayLike | null | undefined, n: number, name: string): NdArray | null {
  if (w === null || w === undefined) return null;
  const a = arrayOf(w);
  if (a.ndim !== 1 || a.size !== n)
    throw new ValueError(
      `[cov] ${name} have shape ${shapeText(a.shape)}; expected (${n},), one for each observation`,
    );
  return castTo(a, float64);
}

/** Covariance matrix before single variables lose their axes. */
function covariance(m: ArrayLike, y: ArrayLike | null, o: CovarianceOptions): NdArray {
  const rowvar = o.rowvar ?? true;
  let x = variables(m, rowvar, 'a');
  const other = y === null ? null : variables(y, rowvar, 'y');
  if (other !== null && other.shape[1] !== x.shape[1]) {
    throw new ValueError(`[cov] a has ${x.shape[1]} observations but y has ${other.shape[1]}`);
  }
  const natural: DType = promote(other === null ? x.dtype : promote(x.dtype, other.dtype), float64);
  const d = o.dtype ? dtype(o.dtype) : natural;
  x = castTo(x, d);
  if (other !== null) x = joined([x, castTo(other, d)], 0);
  const n = x.shape[1] as number;
  const ddof = o.ddof ?? (o.bias ? 0 : 1);
  const f = weightsOf(o.fweights, n, 'fweights');
  const a = weightsOf(o.aweights, n, 'aweights');
  const w = f && a ? multiply.call([f, a]) : (f ?? a);
  const mean = average(x, { axis: 1, weights: w, keepdims: true });
  const centred = subtract.call([x, castTo(mean, d)]);
  const weighted = w === null ? centred : multiply.call([centred, castTo(w, d)]);
  const transposed = permuted(d.kind === 'c' ? conjugate.call([centred]) : centred, [1, 0]);
  const c = matmul(weighted, transposed);
  if (w === null) return over.call([c, Math.max(0, n - ddof)]);
  const total = sum(w);
  const by =
    a === null
      ? plainDivisor.call([total, ddof])
      : weightedDivisor.call([total, sum(multiply.call([w, a])), ddof]);
  return castTo(over.call([c, by]), d);
}

/** A matrix of one variable as a 0-d array. */
function squeezed(c: NdArray): NdArray {
  return c.size === 1 ? new NdArray(c.storage, c.dtype, [], [], c.offset) : c;
}

/**
 * Covariance matrix: `y[i, j] = Σ_k w_k (x_ik - mean_i) conj(x_jk - mean_j) / (n - ddof)`.
 *
 * @param a variables as rows, observations as columns; one axis is one variable.
 * @param y more variables of the same form.
 * @returns `[M, M]` (0-dimensional for one variable), float64 or complex128 unless `dtype` says otherwise.
 * @throws {ValueError} for more than two axes, or observations or weights that do not fit.
 * @example
 * import { array, cov } from '@chainer/xp';
 * cov(array([[1, 2, 3], [3, 2, 1]])).toArraySync(); // [[1, -1], [-1, 1]]
 */
export function cov(
  a: ArrayLike,
  y: ArrayLike | null | CovarianceOptions = null,
  options: CovarianceOptions = {},
): NdArray {
  const o = isRecord(y) ? (y as typeof options) : options;
  checkOptions('cov', o, ['bias', 'ddof', 'fweights', 'aweights', 'rowvar', 'dtype']);
  return squeezed(covariance(a, o === y ? null : (y as ArrayLike | null), o));
}

/**
 * Correlation coefficients: the covariance matrix over the standard deviations, `c_ij / √(c_ii c_jj)`.
 *
 * @param a variables as rows, observations as columns.
 * @param y more variables of the same form.
 * @throws {ValueError} for more than two axes, or observations that do not fit.
 * @example
 * import { array, corrcoef } from '@chainer/xp';
 * corrcoef(array([[1, 2, 3], [6, 4, 2]])).toArraySync(); // [[1, -1], [-1, 1]]
 */
export function corrcoef(
  a: ArrayLike,
  y: ArrayLike | null | CorrelationOptions = null,
  options: CorrelationOptions = {},
): NdArray {
  const o = isRecord(y) ? (y as typeof options) : options;
  checkOptions('corrcoef', o, ['rowvar', 'dtype']);
  const c = covariance(a, o === y ? null : (y as ArrayLike | null), o);
  const variances = diagonalView(c, 0, 0, 1);
  const r = castTo(correlation.call([c, axisInserted(variances, 1), axisInserted(variances, 0)]), c.dtype);
  const parts = partsView(r);
  limited.call([parts], { out: [parts] });
  return squeezed(r);
}
