import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { float64, int64 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { realType } from '../core/promotion.ts';
import { axisInserted, castTo } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { AxisError, LinAlgError, ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { moveaxis } from '../manipulation/transpose.ts';
import { matmul } from '../products/matmul.ts';
import { max, min } from '../reduction/max.ts';
import { arrayOf, indexType, meanType } from '../reduction/options.ts';
import { sum } from '../reduction/sum.ts';
import { absolute, divide, multiply, power } from '../ufunc/arithmetic.ts';
import { greater } from '../ufunc/comparison.ts';
import { decompose } from './decompose.ts';
import { matricesOf } from './prepare.ts';
import { adjoint, inverse } from './solve.ts';

/** Which norm: a number, `fro` (root of the sum of squares) or `nuc` (sum of singular values). */
export type NormOrder = number | 'fro' | 'nuc' | null;

/** Options of `norm`. */
export interface NormOptions {
  readonly ord?: NormOrder;
  /** One axis: norms of vectors; two: of matrices; all unless given. */
  readonly axis?: number | readonly number[] | null;
  readonly keepdims?: boolean;
}

const rootOfSquares = /*#__PURE__*/ new ReductionKernel('norm', 1, {
  map: (x) => x.abs().square(),
  reduce: (a, b) => a.add(b),
  identity: 0,
  post: (x) => x.sqrt(),
});
const powers = /*#__PURE__*/ new ElementwiseKernel('norm', 2, (x, p) => x.abs().pow(p));
const isNotZero = /*#__PURE__*/ new ElementwiseKernel('norm', 1, (x) => x.ne(0).where(1, 0).cast('float64'));

const magnitude = (x: NdArray) =>
  absolute(x.dtype.kind === 'f' || x.dtype.kind === 'c' ? x : castTo(x, float64));

function vectorNorm(x: NdArray, ord: number, axis: number, keepdims: boolean): NdArray {
  const o = { axis, keepdims };
  if (ord === Number.POSITIVE_INFINITY) return max(magnitude(x), o);
  if (ord === Number.NEGATIVE_INFINITY) return min(magnitude(x), o);
  if (ord === 0) return castTo(sum(isNotZero.call([x]), o), realType(x.dtype));
  if (ord === 1) return sum(magnitude(x), o);
  if (ord === 2) return rootOfSquares.call([x], o);
  return power(sum(powers.call([x, ord]), o), 1 / ord);
}

/** Norms of matrices that stand in the last two axes. */
function matrixNorm(x: NdArray, ord: NormOrder): NdArray {
  switch (ord) {
    case 'fro':
      return rootOfSquares.call([x], { axis: [-2, -1] });
    case 'nuc':
      return sum(decompose(x, 'none', 'linalg.norm').s, { axis: -1 });
    case 2:
      return max(decompose(x, 'none', 'linalg.norm').s, { axis: -1 });
    case -2:
      return min(decompose(x, 'none', 'linalg.norm').s, { axis: -1 });
    case 1:
      return max(sum(magnitude(x), { axis: -2 }), { axis: -1 });
    case -1:
      return min(sum(magnitude(x), { axis: -2 }), { axis: -1 });
    case Number.POSITIVE_INFINITY:
      return max(sum(magnitude(x), { axis: -1 }), { axis: -1 });
    case Number.NEGATIVE_INFINITY:
      return min(sum(magnitude(x), { axis: -1 }), { axis: -1 });
    default:
      throw new ValueError(`[linalg.norm] ord ${JSON.stringify(ord)} is no norm of matrices`);
  }
}

/**
 * Norms of vectors or matrices.
 *
 * @param x real or complex, any shape; without `ord` and `axis` all elements as one vector.
 * @param options `ord` of vectors: a number p, `(Σ |x|ᵖ)^(1/p)`, 0 (how many are not 0), ±Infinity (largest, smallest); of matrices: `fro`,
 * `nuc`, ±1 (columns), ±2 (singular values), ±Infinity (rows).
 * @throws {ValueError} for an order that does not exist, or more than two axes; {AxisError} for an axis outside the array.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.norm(array([3, 4])).itemSync(); // 5
 * linalg.norm(array([[1, 2], [3, 4]]), { ord: 1 }).itemSync(); // 6
 */
export function norm(x: ArrayLike, options: NormOptions = {}): NdArray {
  checkOptions('linalg.norm', options, ['ord', 'axis', 'keepdims']);
  const given = arrayOf(x);
  const a = castTo(given, meanType(given.dtype));
  const ord = options.ord ?? null;
  const keepdims = options.keepdims ?? false;
  const axis = options.axis ?? null;
  if (axis === null && (ord === null || (ord === 2 && a.ndim === 1) || (ord === 'fro' && a.ndim === 2)))
    return rootOfSquares.call([a], { keepdims });
  const axes = (axis === null ? [...a.shape.keys()] : [axis].flat()).map((k) =>
    normalizeAxis(k, a.ndim, 'linalg.norm'),
  );
  if (axes.length === 1) {
    if (typeof ord === 'string')
      throw new ValueError(`[linalg.norm] ord ${JSON.stringify(ord)} is no norm of vectors`);
    return vectorNorm(a, ord ?? 2, axes[0] as number, keepdims);
  }
  if (axes.length !== 2)
    throw new ValueError(`[linalg.norm] x has ${axes.length} axes to take a norm over; give one or two`);
  if (axes[0] === axes[1]) throw new AxisError(`[linalg.norm] duplicate axis in [${axes.join(', ')}]`);
  let y = matrixNorm(moveaxis(a, axes, [-2, -1]), ord ?? 'fro');
  if (keepdims) for (const k of axes.slice().sort((p, q) => p - q)) y = axisInserted(y, k);
  return y;
}

/** Options of `pinv`. */
export interface PinvOptions {
  /** Singular values below this share of the largest count as 0: 1e-15 unless given. */
  readonly rcond?: number;
}

const reciprocals = /*#__PURE__*/ new ElementwiseKernel('pinv', 3, (s, largest, rcond) =>
  s.gt(largest.mul(rcond)).where(s.reciprocal(), 0),
);

/**
 * Pseudo-inverses (Moore and Penrose), by singular values.
 *
 * @param a `[…, m, n]`
 * @returns `[…, n, m]`
 * @throws {LinAlgError} for fewer than 2 axes.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.pinv(array([[2], [0]])).toArraySync(); // [[0.5, 0]]
 */
export function pinv(a: ArrayLike, options: PinvOptions = {}): NdArray {
  checkOptions('linalg.pinv', options, ['rcond']);
  const A = matricesOf(a, 'linalg.pinv');
  const { u, s, vh } = decompose(A, 'reduced', 'linalg.pinv');
  if (s.shape[s.ndim - 1] === 0) return matmul(adjoint(vh as NdArray), adjoint(u as NdArray));
  const turned = reciprocals.call([s, max(s, { axis: -1, keepdims: true }), options.rcond ?? 1e-15]);
  const scaled = multiply(adjoint(vh as NdArray), axisInserted(turned, turned.ndim - 1));
  return matmul(scaled, adjoint(u as NdArray));
}

/** Options of `matrixRank`. */
export interface RankOptions {
  /** Singular values up to this count as 0; the largest, times the larger extent, times the dtype's precision unless given. */
  readonly tol?: number | null;
}

/**
 * Ranks of matrices: how many singular values are not 0.
 *
 * @param A `[…, m, n]`; one axis is one row.
 * @returns the leading axes, integers
 * @example
 * import { linalg, ones } from '@chainer/xp';
 * linalg.matrixRank(ones([3, 3])).itemSync(); // 1
 */
export function matrixRank(A: ArrayLike, options: RankOptions = {}): NdArray {
  checkOptions('linalg.matrixRank', options, ['tol']);
  const a = arrayOf(A);
  const counts = indexType(a);
  if (a.ndim < 2) return castTo(max(castTo(isNotZero.call([a]), counts)), counts);
  const { s } = decompose(a, 'none', 'linalg.matrixRank');
  const eps = s.dtype === float64 ? 2 ** -52 : 2 ** -23;
  const tol =
    options.tol ??
    multiply(max(s, { axis: -1, keepdims: true }), Math.max(...(a.shape.slice(-2) as number[])) * eps);
  return castTo(sum(castTo(greater(s, tol), int64), { axis: -1 }), counts);
}

/**
 * Condition numbers: the ratio of the largest and smallest singular values, or `‖a‖ ‖a⁻¹‖` for another norm.
 *
 * @param x `[…, m, n]`, square for other norms than ±2
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.cond(array([[1, 0], [0, 4]])).itemSync(); // 4
 */
export function cond(x: ArrayLike, options: { readonly p?: NormOrder } = {}): NdArray {
  checkOptions('linalg.cond', options, ['p']);
  const a = matricesOf(x, 'linalg.cond');
  const p = options.p ?? null;
  if (a.size === 0) throw new LinAlgError('[linalg.cond] x has no elements');
  if (p === null || p === 2 || p === -2) {
    const { s } = decompose(a, 'none', 'linalg.cond');
    const [most, least] = [max(s, { axis: -1 }), min(s, { axis: -1 })];
    return p === -2 ? divide(least, most) : divide(most, least);
  }
  const square = matricesOf(a, 'linalg.cond', true);
  const over = { ord: p, axis: [-2, -1] };
  return multiply(norm(square, over), norm(inverse(square, 'linalg.cond'), over));
}
