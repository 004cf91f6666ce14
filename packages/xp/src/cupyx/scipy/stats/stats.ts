import { normalizeAxis } from '../../../core/arguments.ts';
import { checkOptions, isRecord } from '../../../core/check-options.ts';
import type { NdArray } from '../../../core/ndarray.ts';
import { castTo, reshaped, sliced } from '../../../core/views.ts';
import { type ArrayLike, asarray } from '../../../creation/array.ts';
import { ValueError } from '../../../errors.ts';
import { ElementwiseKernel } from '../../../kernel/elementwise-kernel.ts';
import { mean } from '../../../reduction/mean.ts';
import { arrayOf, meanType } from '../../../reduction/options.ts';
import { sum } from '../../../reduction/sum.ts';
import { std, var_ } from '../../../reduction/var.ts';
import { sort } from '../../../sorting/sort.ts';
import { divide, multiply, subtract } from '../../../ufunc/arithmetic.ts';
import { log } from '../../../ufunc/exponential.ts';
import { entr, relEntr } from '../special/information.ts';

function floatingOf(x: ArrayLike): NdArray {
  const a = arrayOf(x);
  return castTo(a, meanType(a.dtype));
}

/** Options of `zscore` and `zmap`. */
export interface ZscoreOptions {
  /** 0 unless given; null for all. */
  readonly axis?: number | null;
  /** What is taken off the number of elements in the deviation's denominator. */
  readonly ddof?: number;
}

/**
 * How many standard deviations each score lies from the mean of what it is compared with.
 *
 * @throws {AxisError} for an axis outside the array.
 */
export function zmap(scores: ArrayLike, compare: ArrayLike, options: ZscoreOptions = {}): NdArray {
  checkOptions('zmap', options, ['axis', 'ddof']);
  const c = floatingOf(compare);
  const axis = options.axis === undefined ? 0 : options.axis;
  const center = mean(c, { axis, keepdims: true });
  const spread = std(c, { axis, keepdims: true, ddof: options.ddof ?? 0 });
  return divide(subtract(floatingOf(scores), center), spread);
}

/**
 * How many standard deviations each element lies from the mean.
 *
 * @throws {AxisError} for an axis outside the array.
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.stats.zscore(array([1, 3])).toArraySync(); // [-1, 1]
 */
export function zscore(a: ArrayLike, options: ZscoreOptions = {}): NdArray {
  checkOptions('zscore', options, ['axis', 'ddof']);
  return zmap(a, a, options);
}

/** Options of `entropy`. */
export interface EntropyOptions {
  /** Base of the logarithm; e unless given. */
  readonly base?: number | null;
  /** 0 unless given; null for all. */
  readonly axis?: number | null;
}

/**
 * Entropy of a distribution, or with q the divergence of p from q, along an axis. Both are scaled to add up to 1.
 *
 * @throws {ValueError} if the base is not positive; {AxisError} for an axis outside the array.
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.stats.entropy(array([1, 1]), { base: 2 }).itemSync(); // 1.000
 */
export function entropy(pk: ArrayLike, options?: EntropyOptions): NdArray;
export function entropy(pk: ArrayLike, qk: ArrayLike | null, options?: EntropyOptions): NdArray;
export function entropy(
  pk: ArrayLike,
  qkOrOptions: ArrayLike | EntropyOptions | null = null,
  given?: EntropyOptions,
): NdArray {
  const alone = given === undefined && isRecord(qkOrOptions);
  const qk = alone ? null : (qkOrOptions as ArrayLike | null);
  const options = alone ? (qkOrOptions as EntropyOptions) : (given ?? {});
  checkOptions('entropy', options, ['base', 'axis']);
  const { base = null } = options;
  if (base !== null && !(base > 0)) throw new ValueError(`[entropy] base must be positive, got ${base}`);
  const axis = options.axis === undefined ? 0 : options.axis;
  const shares = (x: ArrayLike): NdArray => {
    const p = floatingOf(x);
    return divide(p, sum(p, { axis, keepdims: true }));
  };
  const p = shares(pk);
  const parts = qk === null ? entr(p) : relEntr(p, shares(qk));
  const s = sum(parts, { axis });
  return base === null ? s : divide(s, Math.log(base));
}

/**
 * Mean without a share of the smallest and of the largest elements, along an axis.
 *
 * @param options `axis`: 0 unless given; null for all.
 * @throws {ValueError} if nothing would be left; {AxisError} for an axis outside the array.
 */
export function trimMean(
  a: ArrayLike,
  proportiontocut: number,
  options: { readonly axis?: number | null } = {},
): NdArray {
  checkOptions('trimMean', options, ['axis']);
  let x = arrayOf(a);
  if (options.axis === null) x = reshaped(x, [x.size]);
  const axis = normalizeAxis(options.axis ?? 0, x.ndim, 'trimMean');
  const n = x.shape[axis] as number;
  const low = Math.trunc(proportiontocut * n);
  if (low < 0 || low >= n - low)
    throw new ValueError(`[trimMean] a share of ${proportiontocut} at both ends leaves nothing of ${n}`);
  return mean(sliced(sort(x, { axis }), axis, low, n - 2 * low), { axis });
}

const transformed = /*#__PURE__*/ new ElementwiseKernel('boxcoxLlf', 2, (logs, lmb) => logs.mul(lmb).expm1());

/**
 * Log-likelihood of Box and Cox's transformation with parameter `lmb`, along the first axis.
 *
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.stats.boxcoxLlf(1, array([1, 3])).itemSync(); // 0
 */
export function boxcoxLlf(lmb: number, data: ArrayLike): NdArray {
  const x = floatingOf(data);
  const n = x.ndim === 0 ? 1 : (x.shape[0] as number);
  if (n === 0) return asarray(Number.NaN);
  const logs = log(x);
  const total = sum(logs, { axis: 0 });
  const variance =
    lmb === 0
      ? log(var_(logs, { axis: 0 }))
      : subtract(log(var_(transformed.call([logs, lmb]), { axis: 0 })), 2 * Math.log(Math.abs(lmb)));
  return subtract(multiply(total, lmb - 1), multiply(variance, n / 2));
}
