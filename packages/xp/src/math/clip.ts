import { isScalar } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import type { DType } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { copyOf } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { highest, lowest } from '../reduction/max.ts';
import { arrayOf } from '../reduction/options.ts';

/** Options of `clip`. */
export interface ClipOptions {
  /** Where to leave the result. */
  readonly out?: NdArray | null;
}

const between = /*#__PURE__*/ new ElementwiseKernel('clip', 3, (x, low, high) => x.max(low).min(high));
const above = /*#__PURE__*/ new ElementwiseKernel('clip', 2, (x, low) => x.max(low));
const below = /*#__PURE__*/ new ElementwiseKernel('clip', 2, (x, high) => x.min(high));

/** A bound as an operand; integers beyond an integer array's range bound it no more than its range does. */
function bound(v: ArrayLike, d: DType): NdArray | Scalar {
  if (!isScalar(v)) return arrayOf(v);
  if ((d.kind !== 'i' && d.kind !== 'u') || (typeof v === 'number' && !Number.isInteger(v))) return v;
  if (typeof v !== 'number' && typeof v !== 'bigint') return v;
  const low = lowest(d) as bigint | number;
  const high = highest(d) as bigint;
  return v < low ? low : v > high ? high : v;
}

/**
 * Limits values to a range: `y = min(max(x, low), high)`. NaN stays NaN; where `low > high` the result is `high`.
 *
 * @param x any shape.
 * @param min lowest value, or null for none; arrays broadcast.
 * @param max highest value, or null for none.
 * @example
 * import { array, clip } from '@chainer/xp';
 * clip(array([-2, 0.5, 3]), 0, 1).toArraySync(); // [0, 0.5, 1]
 * clip(array([-2, 0.5, 3]), null, 1).toArraySync(); // [-2, 0.5, 1]
 */
export function clip(
  x: ArrayLike,
  min: ArrayLike | null = null,
  max: ArrayLike | null = null,
  options: ClipOptions = {},
): NdArray {
  checkOptions('clip', options, ['out']);
  const a = arrayOf(x);
  const call = options.out ? { out: [options.out] } : {};
  const low = min === null ? null : bound(min, a.dtype);
  const high = max === null ? null : bound(max, a.dtype);
  if (low !== null && high !== null) return between.call([a, low, high], call);
  if (low !== null) return above.call([a, low], call);
  if (high !== null) return below.call([a, high], call);
  if (!options.out) return copyOf(a);
  return above.call([a, lowest(a.dtype)], call);
}
