import { commonDevice } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { int32 } from '../core/dtype.ts';
import { heldType } from '../core/held.ts';
import { broadcastTwo, shapeText } from '../core/layout.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { axisInserted, broadcastView, copyOf, diagonalView, picked, reshaped } from '../core/views.ts';
import { arange } from '../creation/arange.ts';
import type { ArrayLike } from '../creation/array.ts';
import { eye } from '../creation/tri.ts';
import { LinAlgError, ValueError } from '../errors.ts';
import { solveOn } from '../js/families.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { reshape } from '../manipulation/reshape.ts';
import { transpose } from '../manipulation/transpose.ts';
import { arrayOf } from '../reduction/options.ts';
import { select } from '../scalar/expr.ts';
import { conj } from '../ufunc/complex.ts';
import { isEmpty, matricesOf, refuse, reports, stackOf, workCopy, workType } from './prepare.ts';

/** LU factors and row exchanges. */
export interface Factors {
  readonly lu: NdArray;
  readonly pivots: NdArray;
}

/** Factors of square matrices, by row exchanges. */
export function factorsOf(a: NdArray, who: string, d = workType(a.dtype, who)): Factors {
  const lu = workCopy(a, who, d);
  const pivots = emptyOn(a.device, a.shape.slice(0, -1), int32);
  if (lu.size > 0) solveOn(a.device).lu(lu, pivots);
  return { lu, pivots };
}

/** Diagonal elements `[…, n]` of a stack, as a view. */
export function diagonals(a: NdArray): NdArray {
  return diagonalView(a, 0, a.ndim - 2, a.ndim - 1);
}

const zeros = /*#__PURE__*/ new ReductionKernel('solve', 1, {
  map: (x) => x.eq(0).where(1, 0).cast('int32'),
  reduce: (a, b) => a.maximum(b),
  identity: 0,
});

/** Throws for a matrix without inverse. */
function refuseSingular({ lu }: Factors, who: string): void {
  if (!isEmpty(lu))
    refuse(zeros.call([diagonals(lu)], { axis: -1 }), () => `[${who}] a is a singular matrix`);
}

/** `A x = b` for stacks of equal shape. */
export function solveStack(a: NdArray, b: NdArray, who: string): NdArray {
  const d = promote(workType(a.dtype, who), workType(b.dtype, who));
  const factors = factorsOf(a, who, d);
  refuseSingular(factors, who);
  const x = copyOf(b, d);
  if (x.size > 0) solveOn(a.device).luSolve(factors.lu, factors.pivots, x);
  return x;
}

/**
 * Solution x of linear systems `a x = b`.
 *
 * @param a `[…, n, n]`
 * @param b `[n]`, one right-hand side; or `[…, n, m]`, whose leading axes broadcast with a's.
 * @returns of b's shape, after broadcasting.
 * @throws {LinAlgError} if a is not square or singular; {ValueError} where the sizes differ.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.solve(array([[2, 0], [0, 4]]), array([2, 2])).toArraySync(); // [1, 0.5]
 */
export function solve(a: ArrayLike, b: ArrayLike): NdArray {
  const A = matricesOf(a, 'linalg.solve', true);
  const B = arrayOf(b);
  commonDevice([A, B], 'linalg.solve');
  const n = A.shape[A.ndim - 1] as number;
  const vector = B.ndim === 1;
  const columns = vector ? axisInserted(B, 1) : B;
  if (columns.ndim < 2 || columns.shape[columns.ndim - 2] !== n)
    throw new ValueError(`[linalg.solve] a has ${n} rows but b has shape ${shapeText(B.shape)}`);
  const stack = broadcastTwo(stackOf(A), stackOf(columns), 'linalg.solve');
  const m = columns.shape[columns.ndim - 1] as number;
  const x = solveStack(
    broadcastView(A, [...stack, n, n]),
    broadcastView(columns, [...stack, n, m]),
    'linalg.solve',
  );
  return vector ? picked(x, x.ndim - 1, 0) : x;
}

/**
 * Inverse matrices.
 *
 * @param a `[…, n, n]`; integers give float64.
 * @throws {LinAlgError} if a is not square or singular.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.inv(array([[2, 0], [0, 4]])).toArraySync(); // [[0.5, 0], [0, 0.25]]
 */
export function inv(a: ArrayLike): NdArray {
  return inverse(matricesOf(a, 'linalg.inv', true), 'linalg.inv');
}

/** The same for who asks. */
export function inverse(a: NdArray, who: string): NdArray {
  const n = a.shape[a.ndim - 1] as number;
  const one = eye(n, { dtype: heldType(a.device, workType(a.dtype, who)), device: a.device });
  return solveStack(a, broadcastView(one, a.shape), who);
}

const exchanged = /*#__PURE__*/ new ElementwiseKernel('slogdet', 3, (x, p, row) =>
  select(p.ne(row), x.neg(), x),
);
const product = /*#__PURE__*/ new ReductionKernel('det', 1, { reduce: (a, b) => a.mul(b), identity: 1 });

/** Diagonals of U, with a sign for every row exchange. */
function signedDiagonal({ lu, pivots }: Factors): NdArray {
  const rows = arange(lu.shape[lu.ndim - 1] as number, { dtype: int32, device: lu.device });
  return exchanged.call([diagonals(lu), pivots, rows]);
}

/**
 * Determinants.
 *
 * @param a `[…, n, n]`; integers give float64.
 * @returns the leading axes
 * @throws {LinAlgError} if a is not square.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.det(array([[1, 2], [3, 4]])).itemSync(); // -2.000
 */
export function det(a: ArrayLike): NdArray {
  const A = matricesOf(a, 'linalg.det', true);
  return product.call([signedDiagonal(factorsOf(A, 'linalg.det'))], { axis: -1 });
}

const signs = /*#__PURE__*/ new ElementwiseKernel('slogdet', 1, (x) => x.sign());
const logs = /*#__PURE__*/ new ReductionKernel('slogdet', 1, {
  map: (x) => x.abs().log(),
  reduce: (a, b) => a.add(b),
  identity: 0,
});

/**
 * Sign and natural logarithm of the absolute value of determinants, where these would be too small or too large: `det = sign · exp(log)`.
 *
 * @param a `[…, n, n]`
 * @returns sign (0 of singular matrices; a number of size 1 for complex ones) and logarithm, of the leading axes
 * @throws {LinAlgError} if a is not square.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * const [sign, logarithm] = linalg.slogdet(array([[1, 2], [3, 4]]));
 * sign.itemSync(); // -1
 * logarithm.itemSync(); // 0.693
 */
export function slogdet(a: ArrayLike): [sign: NdArray, logabsdet: NdArray] {
  const A = matricesOf(a, 'linalg.slogdet', true);
  const d = signedDiagonal(factorsOf(A, 'linalg.slogdet'));
  return [product.call([signs.call([d])], { axis: -1 }), logs.call([d], { axis: -1 })];
}

/**
 * Cholesky's factor: lower triangular L with `a = L Lᴴ`.
 *
 * @param a `[…, n, n]`, Hermitian (only the lower triangle is read) and positive definite.
 * @param options `upper`: the upper factor `Lᴴ` instead, from the upper triangle.
 * @throws {LinAlgError} if a is not square or not positive definite.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.cholesky(array([[4, 2], [2, 5]])).toArraySync(); // [[2, 0], [1, 2]]
 */
export function cholesky(a: ArrayLike, options: { readonly upper?: boolean } = {}): NdArray {
  checkOptions('linalg.cholesky', options, ['upper']);
  const A = matricesOf(a, 'linalg.cholesky', true);
  const l = workCopy(options.upper ? adjoint(A) : A, 'linalg.cholesky');
  const info = reports(l);
  if (l.size > 0) solveOn(l.device).cholesky(l, info);
  if (l.size > 0)
    refuse(
      info,
      (order) => `[linalg.cholesky] a is not positive definite: its leading minor of order ${order} is not`,
    );
  return options.upper ? adjoint(l) : l;
}

/** Conjugated transposes. */
export function adjoint(a: NdArray): NdArray {
  const turned = transpose(a, [...a.shape.keys()].slice(0, -2).concat(a.ndim - 1, a.ndim - 2));
  return a.dtype.kind === 'c' ? conj(turned) : turned;
}

/**
 * Solution of tensor equations: `tensordot(a, x, x.ndim) = b`.
 *
 * @param options `axes`: those of a that are moved to its end first.
 * @throws {LinAlgError} if a is not square once its axes are joined.
 */
export function tensorsolve(
  a: ArrayLike,
  b: ArrayLike,
  options: { readonly axes?: readonly number[] | null } = {},
): NdArray {
  checkOptions('linalg.tensorsolve', options, ['axes']);
  let A = arrayOf(a);
  const B = arrayOf(b);
  if (options.axes) {
    const moved = options.axes.map((axis) => (axis < 0 ? axis + A.ndim : axis));
    A = transpose(A, [...[...A.shape.keys()].filter((k) => !moved.includes(k)), ...moved]);
  }
  const shape = A.shape.slice(B.ndim);
  const n = shape.reduce((m, d) => m * d, 1);
  if (n !== B.size || A.size !== n * n)
    throw new LinAlgError(
      `[linalg.tensorsolve] a of shape ${shapeText(A.shape)} is not square before b of shape ${shapeText(B.shape)}`,
    );
  return reshaped(solve(reshape(A, [n, n]), reshape(B, [n])), shape);
}

/**
 * Inverse of a tensor, for `tensordot` over its first `ind` axes.
 *
 * @throws {LinAlgError} if those axes have not as many elements as the others; {ValueError} if `ind` is not positive.
 */
export function tensorinv(a: ArrayLike, options: { readonly ind?: number } = {}): NdArray {
  checkOptions('linalg.tensorinv', options, ['ind']);
  const A = arrayOf(a);
  const ind = options.ind ?? 2;
  if (!Number.isInteger(ind) || ind < 1)
    throw new ValueError(`[linalg.tensorinv] ind must be a positive integer, got ${ind}`);
  const rows = A.shape.slice(0, ind).reduce((m, d) => m * d, 1);
  if (rows * rows !== A.size)
    throw new LinAlgError(
      `[linalg.tensorinv] a of shape ${shapeText(A.shape)} is not square between its first ${ind} axes and the others`,
    );
  return reshaped(inv(reshape(A, [rows, rows])), [...A.shape.slice(ind), ...A.shape.slice(0, ind)]);
}
