import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { promoteWeak, weakKind } from '../core/promotion.ts';
import { castTo, copyOf, sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { scanOn } from '../js/families.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { arrayOf, meanType } from '../reduction/options.ts';
import { select } from '../scalar/expr.ts';

/** Options of `unwrap`. */
export interface UnwrapOptions {
  /** Jumps smaller than this stay; half a period unless given (and never less). */
  readonly discont?: number | null;
  /** The axis to run along; the last unless given. */
  readonly axis?: number;
  /** Length after which values repeat. */
  readonly period?: number;
}

// What has to be added to a step so that it lies within half a period; a step of exactly +half stays positive.
const correction = /*#__PURE__*/ new ElementwiseKernel('unwrap', 4, (b, a, period, discont) => {
  const step = b.sub(a);
  const half = period.mul(0.5);
  const modulo = step.add(half).mod(period).sub(half);
  const kept = select(modulo.eq(half.neg()).and(step.gt(0)), half, modulo);
  return select(step.abs().lt(discont), 0, kept.sub(step));
});
const add = /*#__PURE__*/ new ElementwiseKernel('unwrap', 2, (x, y) => x.add(y));

/**
 * Takes jumps of a period out of a sequence of angles: each step is changed by multiples of the period to at most half of it.
 *
 * @param p at least one axis.
 * @throws {AxisError} for an axis outside the array.
 * @example
 * import { array, unwrap } from '@chainer/xp';
 * unwrap(array([0, 3, 1, 2]), { period: 4 }).toArraySync(); // [0, -1, -3, -2]
 */
export function unwrap(p: ArrayLike, options: UnwrapOptions = {}): NdArray {
  checkOptions('unwrap', options, ['discont', 'axis', 'period']);
  const given = arrayOf(p);
  const period = options.period ?? 2 * Math.PI;
  const d = promoteWeak(given.dtype, weakKind(period));
  const a = castTo(given, d);
  const axis = normalizeAxis(options.axis ?? -1, a.ndim, 'unwrap');
  const n = a.shape[axis] as number;
  const y = copyOf(a);
  if (n < 2) return y;
  const discont = Math.max(options.discont ?? period / 2, period / 2);
  const work = meanType(d);
  const x = castTo(a, work);
  const jumps = correction.call([sliced(x, axis, 1, n - 1), sliced(x, axis, 0, n - 1), period, discont]);
  const total = emptyOn(a.device, jumps.shape, jumps.dtype);
  if (total.size > 0) scanOn(a.device).scan('add', jumps, total, axis);
  const rest = sliced(y, axis, 1, n - 1);
  add.call([rest, castTo(total, d)], { out: [rest] });
  return y;
}
