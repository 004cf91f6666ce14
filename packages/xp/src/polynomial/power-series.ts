import { checkOptions } from '../core/check-options.ts';
/** Polynomials by their coefficients, the lowest power first: NumPy's `numpy.polynomial.polynomial`. */

import { float64 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { axisInserted, castTo, picked, reshaped } from '../core/views.ts';
import { arange } from '../creation/arange.ts';
import type { ArrayLike } from '../creation/array.ts';
import { astype } from '../creation/copy.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { arrayOf } from '../reduction/options.ts';
import { prod } from '../reduction/prod.ts';
import { coord, select } from '../scalar/expr.ts';
import { add, multiply, subtract } from '../ufunc/arithmetic.ts';
import { asSeries } from './polyutils.ts';

function floatingOf(x: ArrayLike): NdArray {
  const a = arrayOf(x);
  return castTo(a, a.dtype.kind === 'f' || a.dtype.kind === 'c' ? a.dtype : float64);
}

const power = /*#__PURE__*/ new ElementwiseKernel('polyvander', 2, (x, k) =>
  select(k.eq(0), x.mul(0).add(1), x.pow(k)),
);

/**
 * Vandermonde's matrix: the powers 0 … deg of every element, along a new last axis.
 *
 * @throws {ValueError} if deg is not a non-negative integer.
 * @example
 * import { array, polynomial } from '@chainer/xp';
 * polynomial.polynomial.polyvander(array([2, 3]), 2).toArraySync(); // [[1, 2, 4], [1, 3, 9]]
 */
export function polyvander(x: ArrayLike, deg: number): NdArray {
  if (!Number.isInteger(deg) || deg < 0)
    throw new ValueError(`[polyvander] deg must be a non-negative integer, got ${deg}`);
  const a = floatingOf(x);
  const at = a.ndim === 0 ? reshaped(a, [1]) : a;
  const powers = arange(deg + 1, { dtype: 'int32', device: a.device });
  return power.call([axisInserted(at, at.ndim), astype(powers, a.dtype)]);
}

const companion = /*#__PURE__*/ new ElementwiseKernel(
  'polycompanion',
  2,
  (c, n) => {
    const [i, j] = [coord(0), coord(1)];
    const below = select(i.eq(j.add(1)), 1, 0);
    return select(j.eq(n.sub(1)), below.sub(c.at(i).div(c.at(n))), below);
  },
  { raw: [0], scalars: [null, 'int32'] },
);

/**
 * Companion matrix `[n, n]` of a polynomial of degree n, whose eigenvalues are its roots.
 *
 * @throws {ValueError} for fewer than two coefficients.
 */
export function polycompanion(c: ArrayLike): NdArray {
  const [a] = asSeries([c]) as [NdArray];
  const n = a.size - 1;
  if (n < 1)
    throw new ValueError(`[polycompanion] the degree must be at least 1, got ${a.size} coefficients`);
  return companion.call([a, n], { shape: [n, n] });
}

/**
 * Values of polynomials: `c[0] + c[1] x + …`.
 *
 * @param x any shape
 * @param c `[n, …]`; further axes are further polynomials
 * @param options `tensor`: whether each polynomial is evaluated at every x (true unless given), or x and c's further axes broadcast.
 * @example
 * import { array, polynomial } from '@chainer/xp';
 * polynomial.polynomial.polyval(array([2, 3]), array([1, 0, 1])).toArraySync(); // [5, 10]
 */
export function polyval(x: ArrayLike, c: ArrayLike, options: { readonly tensor?: boolean } = {}): NdArray {
  checkOptions('polyval', options, ['tensor']);
  const at = arrayOf(x);
  let a = floatingOf(c);
  if (a.ndim === 0) a = reshaped(a, [1]);
  if (options.tensor ?? true) a = reshaped(a, [...a.shape, ...at.shape.map(() => 1)]);
  const n = a.shape[0] as number;
  let y = add(picked(a, 0, n - 1), multiply(at, 0));
  for (let k = n - 2; k >= 0; k--) y = add(picked(a, 0, k), multiply(y, at));
  return y;
}

/**
 * Values of polynomials given by their roots: `Π (x - r[k])`.
 *
 * @param r `[n, …]`; further axes are further polynomials
 * @param options `tensor`: whether each polynomial is evaluated at every x (true unless given), or x and r's further axes broadcast.
 * @throws {ValueError} without `tensor`, if r has not more axes than x.
 */
export function polyvalfromroots(
  x: ArrayLike,
  r: ArrayLike,
  options: { readonly tensor?: boolean } = {},
): NdArray {
  checkOptions('polyvalfromroots', options, ['tensor']);
  const at = arrayOf(x);
  let a = floatingOf(r);
  if (a.ndim === 0) a = reshaped(a, [1]);
  if (options.tensor ?? true) a = reshaped(a, [...a.shape, ...at.shape.map(() => 1)]);
  else if (at.ndim >= a.ndim)
    throw new ValueError(
      `[polyvalfromroots] without tensor r must have more axes than x, got shapes ${shapeText(a.shape)} and ${shapeText(at.shape)}`,
    );
  return prod(subtract(at, a), { axis: 0 });
}
