import { bool, complex64, float64 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { promote, type Scalar } from '../core/promotion.ts';
import { castTo, joined, picked, reshaped, sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { astype, copy } from '../creation/copy.ts';
import { ones, zeros } from '../creation/zeros.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { eigvals } from '../linalg/decompose.ts';
import { convolve } from '../math/convolve.ts';
import { arrayOf, meanType } from '../reduction/options.ts';
import { coord, type Expr, fold, select } from '../scalar/expr.ts';
import { add, subtract } from '../ufunc/arithmetic.ts';
import { real } from '../ufunc/complex.ts';

/** Polynomials by their coefficients, the highest power first. */

/** Coefficients as an array of one axis. */
function coefficientsOf(x: ArrayLike, who: string): NdArray {
  const a = arrayOf(x);
  if (a.ndim > 1)
    throw new ValueError(`[${who}] coefficients have 1 axis, got an array of shape ${shapeText(a.shape)}`);
  return a.ndim === 0 ? reshaped(a, [1]) : a;
}

/** Zeros before the first axis, up to a length. */
function lengthened(x: NdArray, n: number): NdArray {
  const missing = n - (x.shape[0] as number);
  return missing === 0 ? x : joined([zeros([missing], { dtype: x.dtype, device: x.device }), x], 0);
}

function combined(a: ArrayLike, b: ArrayLike, who: string, f: typeof add): NdArray {
  const [x, y] = [coefficientsOf(a, who), coefficientsOf(b, who)];
  const n = Math.max(x.size, y.size);
  return f(lengthened(x, n), lengthened(y, n));
}

/**
 * Sum of two polynomials.
 *
 * @param a1 coefficients, the highest power first
 * @throws {ValueError} for more than one axis.
 * @example
 * import { array, polyadd } from '@chainer/xp';
 * polyadd(array([1, 2]), array([9, 5, 4])).toArraySync(); // [9, 6, 6]
 */
export function polyadd(a1: ArrayLike, a2: ArrayLike): NdArray {
  return combined(a1, a2, 'polyadd', add);
}

/** Difference of two polynomials. */
export function polysub(a1: ArrayLike, a2: ArrayLike): NdArray {
  return combined(a1, a2, 'polysub', subtract);
}

/** Whether each element of a host copy is other than 0. */
function nonzero(x: NdArray): boolean[] {
  return Array.from(castTo(x, bool).dataSync(), Boolean);
}

/** Without zeros in front; one zero if there is nothing else. */
function trimmed(x: NdArray): NdArray {
  const first = nonzero(x).indexOf(true);
  if (first < 0) return sliced(x, 0, x.size - 1, 1);
  return sliced(x, 0, first, x.size - first);
}

/**
 * Product of two polynomials, without zeros in front.
 *
 * @example
 * import { array, polymul } from '@chainer/xp';
 * polymul(array([1, 2]), array([1, -2])).toArraySync(); // [1, 0, -4]
 */
export function polymul(a1: ArrayLike, a2: ArrayLike): NdArray {
  return convolve(trimmed(coefficientsOf(a1, 'polymul')), trimmed(coefficientsOf(a2, 'polymul')));
}

const horner = /*#__PURE__*/ new ElementwiseKernel(
  'polyval',
  3,
  (p, n, x) => fold(n, [x.mul(0)], ([y], i) => [(y as Expr).mul(x).add(p.at(i))])[0] as Expr,
  { raw: [0], scalars: [null, 'int32', null] },
);

/**
 * Values of a polynomial: `p[0] xⁿ⁻¹ + … + p[n - 1]`, by Horner's rule.
 *
 * @param p coefficients, the highest power first
 * @param x any shape
 * @throws {ValueError} for coefficients of more than one axis.
 * @example
 * import { array, polyval } from '@chainer/xp';
 * polyval(array([3, 0, 1]), array([5, -1])).toArraySync(); // [76, 4]
 */
export function polyval(p: ArrayLike, x: ArrayLike | Scalar): NdArray {
  const c = coefficientsOf(p, 'polyval');
  const at =
    x instanceof NdArray || Array.isArray(x) || ArrayBuffer.isView(x)
      ? arrayOf(x as ArrayLike)
      : (x as Scalar);
  if (c.size === 0) return zeros(at instanceof NdArray ? at.shape : [], { dtype: c.dtype, device: c.device });
  return horner.call([c, c.size, at], at instanceof NdArray ? {} : { shape: [] });
}

const times = /*#__PURE__*/ new ElementwiseKernel(
  'poly',
  3,
  (a, root, n) => {
    const i = coord(0);
    const at = a.at(i.min(n.sub(1)));
    const before = a.at(i.sub(1).max(0));
    return select(i.lt(n), at, 0).sub(select(i.gt(0), before.mul(root), 0));
  },
  { raw: [0], scalars: [null, null, 'int32'] },
);

/**
 * Coefficients of the polynomial with those roots, the highest power first and 1.
 *
 * @param seqOfZeros `[n]`, or a matrix `[n, n]`, whose characteristic polynomial it is then
 * @throws {ValueError} for another shape.
 * @example
 * import { array, poly } from '@chainer/xp';
 * poly(array([1, -1])).toArraySync(); // [1, 0, -1]
 */
export function poly(seqOfZeros: ArrayLike): NdArray {
  const given = arrayOf(seqOfZeros);
  const [m, n] = given.shape;
  if (given.ndim === 2 && m === n && m !== 0) {
    const y = product(eigvals(given));
    return given.dtype.kind === 'c' ? y : copy(real(y));
  }
  if (given.ndim > 1)
    throw new ValueError(
      `[poly] expected roots of 1 axis or a square matrix, got shape ${shapeText(given.shape)}`,
    );
  const floats = castTo(given, meanType(given.dtype));
  const roots = given.ndim === 0 ? reshaped(floats, [1]) : floats;
  const y = product(roots);
  return y.dtype.kind === 'c' && inPairs(roots) ? copy(real(y)) : y;
}

function product(roots: NdArray): NdArray {
  let a = ones([1], { dtype: roots.dtype, device: roots.device });
  for (let k = 0; k < roots.size; k++)
    a = astype(times.call([a, picked(roots, 0, k), k + 1], { shape: [k + 2] }), roots.dtype);
  return a;
}

/** Whether complex roots come with their conjugates, so that the coefficients are real. */
function inPairs(roots: NdArray): boolean {
  if (!roots.device.synchronous) return false;
  const data = roots.dataSync() as Float64Array;
  const count = new Map<string, number>();
  for (let k = 0; k < data.length; k += 2) {
    const key = `${data[k]},${(data[k + 1] as number) + 0}`;
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  return [...count].every(([key, n]) => {
    const [re, im] = key.split(',') as [string, string];
    return count.get(`${re},${0 - Number(im)}`) === n;
  });
}

const companionOf = /*#__PURE__*/ new ElementwiseKernel(
  'roots',
  1,
  (p) => {
    const [i, j] = [coord(0), coord(1)];
    return select(i.eq(0), p.at(j.add(1)).div(p.at(0)).neg(), select(i.eq(j.add(1)), 1, 0));
  },
  { raw: [0] },
);

/**
 * Roots of a polynomial: eigenvalues of its companion matrix, complex, in no order.
 *
 * @param p coefficients, the highest power first. They are read: how many roots there are depends on zeros at both ends.
 * @throws {ValueError} for more than one axis.
 * @example
 * import { array, roots, sort } from '@chainer/xp';
 * sort(roots(array([1, 0, -4])).real).toArraySync(); // [-2.000, 2.000]
 */
export function roots(p: ArrayLike): NdArray {
  const c = coefficientsOf(p, 'roots');
  const used = nonzero(c);
  const first = used.indexOf(true);
  const last = used.lastIndexOf(true);
  const inner = first < 0 ? 0 : last - first;
  const work = castTo(c, c.dtype.kind === 'f' || c.dtype.kind === 'c' ? c.dtype : float64);
  const none = zeros([first < 0 ? 0 : c.size - 1 - last], {
    dtype: promote(work.dtype, complex64),
    device: c.device,
  });
  if (inner === 0) return none;
  const part = sliced(work, 0, first, inner + 1);
  const matrix = companionOf.call([part], { shape: [inner, inner] });
  const found = eigvals(matrix);
  if (none.size === 0) return found;
  return joined([found, castTo(none, found.dtype)], 0);
}
