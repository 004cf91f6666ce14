import { checkOptions } from '../core/check-options.ts';
import { bfloat16, type DType, float16, float32, float64 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { realType } from '../core/promotion.ts';
import { copyOf, partsView } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { arrayOf } from '../reduction/options.ts';
import { apply, select } from '../scalar/expr.ts';

/** Options of `nanToNum`. */
export interface NanToNumOptions {
  /** Work on a copy (the default), or on the array itself. */
  readonly copy?: boolean;
  /** What NaN becomes. */
  readonly nan?: number;
  /** What +∞ becomes; the greatest finite number unless given. */
  readonly posinf?: number | null;
  /** What -∞ becomes; the lowest finite number unless given. */
  readonly neginf?: number | null;
}

const greatest: ReadonlyMap<DType, number> = new Map([
  [float16, 65504],
  [bfloat16, (2 - 2 ** -7) * 2 ** 127],
  [float32, (2 - 2 ** -23) * 2 ** 127],
  [float64, Number.MAX_VALUE],
]);

const replace = /*#__PURE__*/ new ElementwiseKernel('nanToNum', 4, (x, nan, high, low) =>
  select(
    apply('isnan', x),
    nan,
    select(x.eq(Number.POSITIVE_INFINITY), high, select(x.eq(Number.NEGATIVE_INFINITY), low, x)),
  ),
);

/**
 * Replaces NaN by 0 and infinities by the greatest finite numbers, or by values of your choice; in complex numbers part by part.
 *
 * @param x any shape; integers pass unchanged.
 * @example
 * import { array, nanToNum } from '@chainer/xp';
 * nanToNum(array([NaN, Infinity, 1]), { posinf: 9 }).toArraySync(); // [0, 9, 1]
 */
export function nanToNum(x: ArrayLike, options: NanToNumOptions = {}): NdArray {
  checkOptions('nanToNum', options, ['copy', 'nan', 'posinf', 'neginf']);
  const a = arrayOf(x);
  const y = (options.copy ?? true) ? copyOf(a) : a;
  const limit = greatest.get(realType(a.dtype));
  if (limit === undefined || y.size === 0) return y;
  const pieces = partsView(y);
  replace.call([pieces, options.nan ?? 0, options.posinf ?? limit, options.neginf ?? -limit], {
    out: [pieces],
  });
  return y;
}
