import { kindOf, optionsOf } from '../core/check-options.ts';
import { float64 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { castTo, copyOf } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { checkOut } from '../kernel/launch.ts';
import { arrayOf } from '../reduction/options.ts';
import { apply } from '../scalar/expr.ts';

/** Options of `round`. */
export interface RoundOptions {
  /** Places after the point to keep; negative ones round before it. */
  readonly decimals?: number;
  readonly out?: NdArray | null;
}

const toInteger = /*#__PURE__*/ new ElementwiseKernel('round', 1, (x) => apply('rint', x));
const afterPoint = /*#__PURE__*/ new ElementwiseKernel('round', 2, (x, scale) =>
  apply('rint', x.mul(scale)).div(scale),
);
const beforePoint = /*#__PURE__*/ new ElementwiseKernel('round', 2, (x, scale) =>
  apply('rint', x.div(scale)).mul(scale),
);

/** Rounded, before the dtype of integers is restored. */
function rounded(x: NdArray, decimals: number): NdArray {
  if (decimals === 0) return toInteger.call([x]);
  return (decimals > 0 ? afterPoint : beforePoint).call([x, 10 ** Math.abs(decimals)]);
}

/**
 * Rounds to a number of decimals, half to even. Integers keep their dtype and change only for negative `decimals`.
 *
 * @param x any shape; complex numbers round their parts.
 * @param decimalsOrOptions places after the point, 0 unless given; negative ones round before it.
 * @example
 * import { array, round } from '@chainer/xp';
 * round(array([0.5, 1.5, 2.5])).toArraySync(); // [0, 2, 2]
 * round(array([3.25, 1.75]), { decimals: 1 }).toArraySync(); // [3.2, 1.8]
 */
export function round(x: ArrayLike, decimalsOrOptions: number | RoundOptions = {}): NdArray {
  const a = arrayOf(x);
  const { decimals = 0, out } = optionsOf('round', decimalsOrOptions, undefined, ['decimals', 'out']);
  if (!Number.isInteger(decimals))
    throw new TypeError(`[round] decimals must be an integer, got ${kindOf(decimals)}`);
  const whole = a.dtype.kind === 'i' || a.dtype.kind === 'u' || a.dtype.kind === 'b';
  const y = whole
    ? decimals >= 0
      ? copyOf(a)
      : castTo(rounded(castTo(a, float64), decimals), a.dtype)
    : rounded(a, decimals);
  if (!out) return y;
  checkOut(out, y.shape, y.dtype, 'round');
  if (y.size > 0) y.device.kernels.copy(y, out);
  return out;
}
export { round as around };
