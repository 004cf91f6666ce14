import { checkOptions } from '../core/check-options.ts';
/** What polynomials of rising powers share: NumPy's `numpy.polynomial.polyutils`. */

import { bool, type DType, float64 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { castTo, copyOf, reshaped, sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { arrayOf } from '../reduction/options.ts';
import { absolute, multiply } from '../ufunc/arithmetic.ts';
import { greater } from '../ufunc/comparison.ts';

/** How many elements there are up to the last for which a flag is set. */
function lengthOf(flags: NdArray): number {
  return Array.from(flags.dataSync(), Boolean).lastIndexOf(true) + 1;
}

/**
 * A sequence without the zeros at its end; at least one element stays.
 *
 * @example
 * import { array, polynomial } from '@chainer/xp';
 * polynomial.polyutils.trimseq(array([1, 2, 0, 0])).toArraySync(); // [1, 2]
 */
export function trimseq(seq: ArrayLike): NdArray {
  const a = arrayOf(seq);
  if (a.size === 0) return a;
  return sliced(a, 0, 0, Math.max(1, lengthOf(castTo(a, bool))));
}

/**
 * Sequences of coefficients as arrays of one floating dtype, without zeros at their ends.
 *
 * @param options `trim`: whether zeros at the ends are left out; true unless given.
 * @throws {ValueError} for an empty sequence or more than one axis.
 */
export function asSeries(alist: readonly ArrayLike[], options: { readonly trim?: boolean } = {}): NdArray[] {
  checkOptions('asSeries', options, ['trim']);
  const arrays = alist.map((x) => {
    const a = arrayOf(x);
    if (a.ndim > 1 || a.size === 0)
      throw new ValueError(
        `[asSeries] coefficients have 1 axis and at least one element, got shape ${shapeText(a.shape)}`,
      );
    const series = a.ndim === 0 ? reshaped(a, [1]) : a;
    return (options.trim ?? true) ? trimseq(series) : series;
  });
  const common = arrays.reduce<DType>((d, a) => promote(d, a.dtype), (arrays[0] as NdArray).dtype);
  return arrays.map((a) => copyOf(a, common.kind === 'f' || common.kind === 'c' ? common : float64));
}

/**
 * Coefficients without what is at most `tol` in size at their end; at least one element stays.
 *
 * @throws {ValueError} for a negative tolerance, an empty sequence or more than one axis.
 */
export function trimcoef(c: ArrayLike, options: { readonly tol?: number } = {}): NdArray {
  checkOptions('trimcoef', options, ['tol']);
  const tol = options.tol ?? 0;
  if (!(tol >= 0)) throw new ValueError(`[trimcoef] tol must be non-negative, got ${tol}`);
  const [a] = asSeries([c]) as [NdArray];
  const n = lengthOf(greater(absolute(a), tol));
  return n === 0 ? multiply(sliced(a, 0, 0, 1), 0) : sliced(a, 0, 0, n);
}
