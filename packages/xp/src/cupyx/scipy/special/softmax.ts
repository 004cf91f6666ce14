import { checkOptions } from '../../../core/check-options.ts';
import { type DType, float16, float32, float64 } from '../../../core/dtype.ts';
import type { NdArray } from '../../../core/ndarray.ts';
import { promote } from '../../../core/promotion.ts';
import type { ArrayLike } from '../../../creation/array.ts';
import { astype } from '../../../creation/copy.ts';
import { ElementwiseKernel } from '../../../kernel/elementwise-kernel.ts';
import { reshape } from '../../../manipulation/reshape.ts';
import { max } from '../../../reduction/max.ts';
import { type Axes, arrayOf, meanType } from '../../../reduction/options.ts';
import { sum } from '../../../reduction/sum.ts';
import { exp } from '../../../ufunc/exponential.ts';
import { firstThatHolds } from '../../../ufunc/loops.ts';

/** Options of `logsumexp`. */
export interface LogsumexpOptions {
  /** Axes to reduce; all unless given. */
  readonly axis?: Axes;
  /** Factors of the exponentials, which broadcast with a; they may be negative. */
  readonly b?: ArrayLike | null;
  readonly keepdims?: boolean;
  /** Whether the sign of the sum is returned, too: then the result is the logarithm of its absolute value. */
  readonly returnSign?: boolean;
}

const used = /*#__PURE__*/ new ElementwiseKernel('logsumexp', 2, (x, b) =>
  b.eq(0).where(Number.NEGATIVE_INFINITY, x),
);
const finite = /*#__PURE__*/ new ElementwiseKernel('logsumexp', 1, (m) => m.isfinite().where(m, 0));
const terms = /*#__PURE__*/ new ElementwiseKernel('logsumexp', 2, (x, m) => x.sub(m).exp());
const weighted = /*#__PURE__*/ new ElementwiseKernel('logsumexp', 3, (x, m, b) =>
  b.eq(0).where(0, x.sub(m).exp().mul(b)),
);
const logarithm = /*#__PURE__*/ new ElementwiseKernel('logsumexp', 2, (s, m) => s.log().add(m));
const signed = /*#__PURE__*/ new ElementwiseKernel('logsumexp', 2, (s, m) => [
  s.abs().log().add(m),
  s.isnan().where(s, s.sign()),
]);

/** In a floating dtype: integers in the one that their exponentials have. */
function floatingOf(x: ArrayLike): NdArray {
  const a = arrayOf(x);
  const d = meanType(a.dtype) === a.dtype ? a.dtype : firstThatHolds([a.dtype], [float16, float32, float64]);
  return astype(a, d as DType, { copy: false });
}

function withoutAxes(x: NdArray, axis: Axes): NdArray {
  if (axis === null) return reshape(x, []);
  const axes = (typeof axis === 'number' ? [axis] : axis).map((k) => (k < 0 ? k + x.ndim : k));
  return reshape(
    x,
    x.shape.filter((_, k) => !axes.includes(k)),
  );
}

/**
 * `ln Σ b exp(a)` without overflow.
 *
 * @returns the remaining axes; with `returnSign` the logarithm of the absolute value and the sign
 * @throws {AxisError} for an axis outside the array or given twice.
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.logsumexp(array([1000, 1000])).itemSync(); // 1000.693
 */
export function logsumexp(
  a: ArrayLike,
  options: LogsumexpOptions & { readonly returnSign: true },
): [NdArray, NdArray];
export function logsumexp(a: ArrayLike, options?: LogsumexpOptions): NdArray;
export function logsumexp(a: ArrayLike, options: LogsumexpOptions = {}): NdArray | [NdArray, NdArray] {
  checkOptions('logsumexp', options, ['axis', 'b', 'keepdims', 'returnSign']);
  const axis = options.axis ?? null;
  const given = arrayOf(a);
  const b = options.b === undefined || options.b === null ? null : arrayOf(options.b);
  const d = meanType(b === null ? given.dtype : promote(given.dtype, b.dtype));
  let x = astype(given, d, { copy: false });
  if (b !== null) x = used.call([x, b]);
  const kept = { axis, keepdims: true };
  const m = finite.call([x.size === 0 ? sum(x, kept) : max(x, kept)]);
  const s = sum(b === null ? terms.call([x, m]) : weighted.call([x, m, b]), kept);
  const form = (y: NdArray): NdArray => (options.keepdims ? y : withoutAxes(y, axis));
  if (options.returnSign) {
    const [size, sign] = signed.callAll([s, m]) as [NdArray, NdArray];
    return [form(size), form(sign)];
  }
  return form(logarithm.call([s, m]));
}

const shifted = /*#__PURE__*/ new ElementwiseKernel('logSoftmax', 2, (x, m) => x.sub(m));
const quotient = /*#__PURE__*/ new ElementwiseKernel('softmax', 2, (x, s) => x.div(s));
const difference = /*#__PURE__*/ new ElementwiseKernel('logSoftmax', 2, (x, s) => x.sub(s.log()));

/** Options of `softmax` and `logSoftmax`. */
export interface SoftmaxOptions {
  /** Axes over which exponentials add up to 1; all unless given. */
  readonly axis?: Axes;
}

/**
 * `exp(x) / Σ exp(x)` without overflow.
 *
 * @throws {AxisError} for an axis outside the array or given twice.
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.softmax(array([0, 0])).toArraySync(); // [0.5, 0.5]
 */
export function softmax(x: ArrayLike, options: SoftmaxOptions = {}): NdArray {
  checkOptions('softmax', options, ['axis']);
  const a = floatingOf(x);
  const kept = { axis: options.axis ?? null, keepdims: true };
  const e = terms.call([a, max(a, kept)]);
  return quotient.call([e, sum(e, kept)]);
}

/**
 * Logarithm of `softmax`, exact where that is small.
 *
 * @throws {AxisError} for an axis outside the array or given twice.
 */
export function logSoftmax(x: ArrayLike, options: SoftmaxOptions = {}): NdArray {
  checkOptions('logSoftmax', options, ['axis']);
  const a = floatingOf(x);
  const kept = { axis: options.axis ?? null, keepdims: true };
  const d = shifted.call([a, finite.call([max(a, kept)])]);
  return difference.call([d, sum(exp(d), kept)]);
}
