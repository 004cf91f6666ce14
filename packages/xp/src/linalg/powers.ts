import { checkOptions } from '../core/check-options.ts';
import { int32 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { castTo, copyOf, sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { eye } from '../creation/tri.ts';
import { LinAlgError, ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { reshape } from '../manipulation/reshape.ts';
import { matmul } from '../products/matmul.ts';
import { arrayOf } from '../reduction/options.ts';
import { sum } from '../reduction/sum.ts';
import { multiply, subtract } from '../ufunc/arithmetic.ts';
import { notEqual } from '../ufunc/comparison.ts';
import { decompose } from './decompose.ts';
import { matricesOf, workType } from './prepare.ts';
import { adjoint, inverse } from './solve.ts';

/**
 * Powers of square matrices by repeated squaring; negative ones by the inverse.
 *
 * @param a `[…, n, n]`; integers stay integers for exponents of 0 and more.
 * @throws {LinAlgError} if a is not square, or singular where n is negative; {TypeError} if n is no integer.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.matrixPower(array([[1, 1], [0, 1]]), 3).toArraySync(); // [[1, 3], [0, 1]]
 */
export function matrixPower(a: ArrayLike, n: number): NdArray {
  const A = matricesOf(a, 'linalg.matrixPower', true);
  if (!Number.isInteger(n)) throw new TypeError(`[linalg.matrixPower] n must be an integer, got ${n}`);
  if (n === 0) {
    const one = eye(A.shape[A.ndim - 1] as number, { dtype: A.dtype, device: A.device });
    const y = emptyOn(A.device, A.shape, A.dtype);
    if (y.size > 0) A.device.kernels.copy(one, y);
    return y;
  }
  let base = n < 0 ? inverse(A, 'linalg.matrixPower') : A;
  let result: NdArray | null = null;
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === null ? base : matmul(result, base);
    if (rest > 1) base = matmul(base, base);
  }
  return result === A ? copyOf(A) : (result as NdArray);
}

/** Options of `lstsq`. */
export interface LstsqOptions {
  /** Singular values below this share of the largest count as 0; the dtype's precision times the larger extent unless given. */
  readonly rcond?: number | null;
}

const kept = /*#__PURE__*/ new ElementwiseKernel('lstsq', 3, (s, largest, rcond) =>
  s.gt(largest.mul(rcond)).where(s.reciprocal(), 0),
);
const squares = /*#__PURE__*/ new ElementwiseKernel('lstsq', 1, (x) => x.abs().square());

/**
 * Least squares: the shortest x that makes `‖a x - b‖` smallest.
 *
 * @param a `[m, n]`
 * @param b `[m]` or `[m, k]`
 * @returns x `[n]` or `[n, k]`; sums of squared residuals, `[1]` or `[k]` (`[0]` where m ≤ n or the rank is below n); the rank; the singular
 * values. Reads the rank: on devices that cannot be read at once the residuals are always given.
 * @throws {LinAlgError} where the shapes do not fit.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.lstsq(array([[1, 0], [1, 1], [1, 2]]), array([1, 3, 5]))[0].toArraySync(); // [1.000, 2.000]
 */
export function lstsq(
  a: ArrayLike,
  b: ArrayLike,
  options: LstsqOptions = {},
): [x: NdArray, residuals: NdArray, rank: NdArray, s: NdArray] {
  checkOptions('linalg.lstsq', options, ['rcond']);
  const [A, B] = [arrayOf(a), arrayOf(b)];
  if (A.ndim !== 2)
    throw new LinAlgError(`[linalg.lstsq] a must have 2 axes, got shape ${shapeText(A.shape)}`);
  if ((B.ndim !== 1 && B.ndim !== 2) || B.shape[0] !== A.shape[0])
    throw new LinAlgError(`[linalg.lstsq] a has ${A.shape[0]} rows but b has shape ${shapeText(B.shape)}`);
  const d = promote(workType(A.dtype, 'linalg.lstsq'), workType(B.dtype, 'linalg.lstsq'));
  const [m, n] = A.shape as [number, number];
  const [left, right] = [castTo(A, d), castTo(B, d)];
  const { u, s, vh } = decompose(left, 'reduced', 'linalg.lstsq');
  const rcond = options.rcond ?? (s.dtype.itemsize === 8 ? 2 ** -52 : 2 ** -23) * Math.max(m, n);
  const largest = s.size === 0 ? 0 : sliced(s, 0, 0, 1);
  const inverted = kept.call([s, largest, rcond]);
  const columns = right.ndim === 1 ? reshape(right, [m, 1]) : right;
  const x = matmul(
    adjoint(vh as NdArray),
    multiply(matmul(adjoint(u as NdArray), columns), reshape(inverted, [-1, 1])),
  );
  const rank = castTo(sum(castTo(notEqual(inverted, 0), int32)), int32);
  const solved = m > n && (!rank.device.synchronous || Number(rank.itemSync()) === n);
  const residuals = solved
    ? sum(squares.call([subtract(columns, matmul(left, x))]), { axis: 0 })
    : emptyOn(A.device, [0], s.dtype);
  return [right.ndim === 1 ? reshape(x, [n]) : x, residuals, rank, s];
}

/**
 * Product of several matrices, in the order of multiplication that needs the fewest operations.
 *
 * @param arrays at least two; the first and the last may have one axis.
 * @throws {ValueError} for fewer than two.
 * @example
 * import { linalg, ones } from '@chainer/xp';
 * linalg.multiDot([ones([2, 3]), ones([3, 4]), ones([4, 1])]).shape; // [2, 1]
 */
export function multiDot(arrays: readonly ArrayLike[]): NdArray {
  if (arrays.length < 2)
    throw new ValueError(`[linalg.multiDot] expected at least two arrays, got ${arrays.length}`);
  const list = arrays.map(arrayOf);
  const first = list[0] as NdArray;
  const last = list[list.length - 1] as NdArray;
  if (first.ndim === 1) list[0] = reshape(first, [1, -1]);
  if (last.ndim === 1) list[list.length - 1] = reshape(last, [-1, 1]);
  const sizes = [...list.map((x) => x.shape[0] as number), (list.at(-1) as NdArray).shape[1] as number];
  const y = chain(list, bestSplits(sizes), 0, list.length - 1);
  if (first.ndim > 1 && last.ndim > 1) return y;
  return reshape(y, [
    ...(first.ndim > 1 ? [y.shape[0] as number] : []),
    ...(last.ndim > 1 ? [y.shape[1] as number] : []),
  ]);
}

function chain(list: readonly NdArray[], splits: readonly number[][], i: number, j: number): NdArray {
  if (i === j) return list[i] as NdArray;
  const k = (splits[i] as number[])[j] as number;
  return matmul(chain(list, splits, i, k), chain(list, splits, k + 1, j));
}

/** Where to cut each range of matrices, by dynamic programming. */
function bestSplits(sizes: readonly number[]): number[][] {
  const n = sizes.length - 1;
  const cost = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const splits = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let span = 1; span < n; span++) {
    for (let i = 0; i + span < n; i++) {
      const j = i + span;
      let best = Number.POSITIVE_INFINITY;
      for (let k = i; k < j; k++) {
        const all = cost[i]![k]! + cost[k + 1]![j]! + sizes[i]! * sizes[k + 1]! * sizes[j + 1]!;
        if (all < best) {
          best = all;
          splits[i]![j] = k;
        }
      }
      cost[i]![j] = best;
    }
  }
  return splits;
}
