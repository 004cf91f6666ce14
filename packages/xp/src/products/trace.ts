import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import type { DTypeLike } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { diagonalView } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { arrayOf } from '../reduction/options.ts';
import { sum } from '../reduction/sum.ts';

/** Options of `trace`. */
export interface TraceOptions {
  /** Diagonal to sum: above (positive) or below (negative) the main one. */
  readonly offset?: number;
  readonly axis1?: number;
  readonly axis2?: number;
  readonly dtype?: DTypeLike | null;
  readonly out?: NdArray | null;
}

/**
 * Sum along a diagonal of two axes: `y = Σ_i x[i, i + offset]`. Types widen as in `sum`.
 *
 * @param x at least two axes.
 * @returns the other axes.
 * @throws {ValueError} for fewer axes, or one axis twice.
 * @example
 * import { array, trace } from '@chainer/xp';
 * trace(array([[1, 2], [3, 4]])).itemSync(); // 5
 */
export function trace(x: ArrayLike, options: TraceOptions = {}): NdArray {
  checkOptions('trace', options, ['offset', 'axis1', 'axis2', 'dtype', 'out']);
  const a = arrayOf(x);
  if (a.ndim < 2) throw new ValueError(`[trace] x has ${a.ndim} dimensions; expected at least 2`);
  const axis1 = normalizeAxis(options.axis1 ?? 0, a.ndim, 'trace');
  const axis2 = normalizeAxis(options.axis2 ?? 1, a.ndim, 'trace');
  if (axis1 === axis2) throw new ValueError(`[trace] axis1 and axis2 are both ${axis1}; expected two axes`);
  const diagonal = diagonalView(a, options.offset ?? 0, axis1, axis2);
  return sum(diagonal, { axis: -1, dtype: options.dtype ?? null, out: options.out ?? null });
}
