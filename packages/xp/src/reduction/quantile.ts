import { optionsOf } from '../core/check-options.ts';
import type { DType } from '../core/dtype.ts';
import { heldType } from '../core/held.ts';
import { sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { flatScalars } from '../core/read.ts';
import { castTo, picked } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { checkOut } from '../kernel/launch.ts';
import { apply, select } from '../scalar/expr.ts';
import { lanesOf } from './lanes.ts';
import { refuseEmpty } from './max.ts';
import { sortedLanes } from './median.ts';
import { type Axes, arrayOf, meanType, type ReductionOptions, reductionKeys } from './options.ts';
import { choosingMethods, type QuantileMethod, quantileMethods } from './quantile-method.ts';

/** Options of `quantile` and `percentile`. */
export interface QuantileOptions extends ReductionOptions {
  /** How to choose between neighbours; `'linear'` unless given. */
  readonly method?: QuantileMethod;
}

// As NumPy interpolates: from the nearer end, so that equal neighbours give exactly that value.
const fromLow = /*#__PURE__*/ new ElementwiseKernel('quantile', 4, (low, high, last, t) =>
  select(apply('isnan', last), last, low.add(high.sub(low).mul(t))),
);
const fromHigh = /*#__PURE__*/ new ElementwiseKernel('quantile', 4, (low, high, last, t) =>
  select(apply('isnan', last), last, high.sub(high.sub(low).mul(t))),
);
const chosen = /*#__PURE__*/ new ElementwiseKernel('quantile', 2, (x, last) =>
  select(apply('isnan', last), last, x),
);

/** Shares to look up: one, a list of them, or an array of any shape. */
export type Shares = number | readonly number[] | NdArray;

interface Quantiles {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** dtype that the quantiles bring along; null for literals. */
  readonly dtype: DType | null;
}

function quantilesOf(q: Shares, scale: number, who: string): Quantiles {
  const raw = q instanceof NdArray ? flatScalars(q) : typeof q === 'number' ? [q] : q;
  const values = raw.map((v) => {
    const number = Number(v);
    if (!(number >= 0 && number <= scale)) {
      throw new ValueError(`[${who}] q is ${String(v)}; expected a value between 0 and ${scale}`);
    }
    return number / scale;
  });
  if (q instanceof NdArray) return { shape: q.shape, values, dtype: q.dtype };
  return { shape: typeof q === 'number' ? [] : [q.length], values, dtype: null };
}

function run(x: ArrayLike, q: Shares, scale: number, who: string, o: QuantileOptions): NdArray {
  const a = arrayOf(x);
  const method = o.method ?? 'linear';
  if (a.dtype.kind === 'c')
    throw new DTypeError(`[${who}] x is ${a.dtype.name}, which has no order; expected real numbers`);
  const place = Object.hasOwn(quantileMethods, method) ? quantileMethods[method] : undefined;
  if (place === undefined) {
    throw new ValueError(
      `[${who}] method is ${JSON.stringify(method)}; expected one of ${Object.keys(quantileMethods).join(', ')}`,
    );
  }
  const { shape, values, dtype } = quantilesOf(q, scale, who);
  refuseEmpty(a, o.axis, who);
  const { lanes, restore } = lanesOf(a, o.axis, o.keepdims ?? false, who);
  const own = meanType(a.dtype);
  const output = heldType(
    a.device,
    choosingMethods.has(method) ? a.dtype : dtype === null ? own : promote(own, meanType(dtype)),
  );
  const sorted = castTo(sortedLanes(lanes), output);
  const axis = lanes.ndim - 1;
  const n = lanes.shape[axis] as number;
  const rest = lanes.shape.slice(0, -1);
  const stacked = emptyOn(a.device, [values.length, ...rest], output);
  const last = picked(sorted, axis, n - 1);
  values.forEach((v, k) => {
    if (sizeOf(rest) === 0) return;
    const { low, high, weight } = place(n, v);
    const x0 = picked(sorted, axis, low);
    const x1 = picked(sorted, axis, high);
    const out = [picked(stacked, 0, k)];
    if (low === high) chosen.call([x0, last], { out });
    else if (weight < 0.5) fromLow.call([x0, x1, last, weight], { out });
    else fromHigh.call([x0, x1, last, 1 - weight], { out });
  });
  const result = restore(new NdArray(stacked.storage, output, [...shape, ...rest]), shape.length);
  if (!o.out) return result;
  checkOut(o.out, result.shape, output, who);
  if (result.size > 0) result.device.kernels.copy(result, o.out);
  return o.out;
}

/**
 * The q-th quantile over the given axes: the value below which a share q of the elements lies.
 *
 * @param x real, any shape; integers give float64 (their own dtype for methods that choose an element).
 * @param q shares between 0 and 1, read on the host.
 * @returns axes of `q`, then the remaining axes of `x`. NaN where a NaN takes part.
 * @throws {ValueError} for q outside 0…1, an unknown method, or nothing to choose from.
 * @example
 * import { array, quantile } from '@chainer/xp';
 * quantile(array([1, 2, 3, 5]), 0.5).itemSync(); // 2.5
 * quantile(array([[1, 2, 3], [4, 6, 8]]), [0, 1], 1).toArraySync(); // [[1, 4], [3, 8]]
 */
export function quantile(
  x: ArrayLike,
  q: Shares,
  axisOrOptions?: Axes | QuantileOptions,
  options?: QuantileOptions,
): NdArray {
  return run(
    x,
    q,
    1,
    'quantile',
    optionsOf('quantile', axisOrOptions, options, [...reductionKeys, 'method']),
  );
}

/**
 * The q-th percentile over the given axes: `quantile` with q between 0 and 100.
 *
 * @throws {ValueError} for q outside 0…100, an unknown method, or nothing to choose from.
 * @example
 * import { array, percentile } from '@chainer/xp';
 * percentile(array([1, 2, 3, 5]), 25, { method: 'lower' }).itemSync(); // 1
 */
export function percentile(
  x: ArrayLike,
  q: Shares,
  axisOrOptions?: Axes | QuantileOptions,
  options?: QuantileOptions,
): NdArray {
  return run(
    x,
    q,
    100,
    'percentile',
    optionsOf('percentile', axisOrOptions, options, [...reductionKeys, 'method']),
  );
}
