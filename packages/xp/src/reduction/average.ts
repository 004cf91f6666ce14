import { normalizeAxes } from '../core/arguments.ts';
import { optionsOf } from '../core/check-options.ts';
import { float64 } from '../core/dtype.ts';
import { heldType } from '../core/held.ts';
import { sameShape, shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { refuseCodes } from '../core/refuse.ts';
import { broadcastView, castTo, copyOf, filled } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { mean } from './mean.ts';
import { type Axes, accumulatorType, arrayOf, meanType } from './options.ts';
import { sum } from './sum.ts';

/** Options of `average`. */
export interface AverageOptions {
  readonly axis?: Axes;
  /** One weight for each element, or (with one axis given) for each place along that axis. */
  readonly weights?: ArrayLike | null;
  /** Return the sum of the weights too. */
  readonly returned?: boolean;
  readonly keepdims?: boolean;
}

const weighted = /*#__PURE__*/ new ReductionKernel('average', 2, {
  map: (x, w) => x.mul(w),
  reduce: (a, b) => a.add(b),
  identity: 0,
});
const isZero = /*#__PURE__*/ new ElementwiseKernel('average', 1, (w) => w.eq(0).cast('int32'));
const divide = /*#__PURE__*/ new ElementwiseKernel('average', 2, (a, b) => a.div(b));

/** Weights at x's shape. */
function spread(x: NdArray, w: NdArray, axis: Axes | undefined): NdArray {
  if (sameShape(w.shape, x.shape)) return w;
  const axes = axis === null || axis === undefined ? [] : normalizeAxes(axis, x.ndim, 'average');
  const along = axes.map((a) => x.shape[a] as number);
  if (axes.length === 0 || !sameShape(along, w.shape)) {
    throw new ValueError(
      `[average] weights have shape ${shapeText(w.shape)} but x has shape ${shapeText(x.shape)}; expected ${
        axes.length === 0 ? 'the same, or an axis' : `${shapeText(along)} for axis [${axes.join(', ')}]`
      }`,
    );
  }
  const steps = x.shape.map(() => 0);
  axes.forEach((a, i) => {
    steps[a] = w.steps[i] as number;
  });
  return new NdArray(w.storage, w.dtype, x.shape, steps, w.offset);
}

/**
 * Weighted mean over the given axes: `y = Σ w x / Σ w`.
 *
 * @param x any shape; integers give float64.
 * @returns the mean, or `[mean, sum of weights]` with `returned`.
 * @throws {ValueError} where weights do not fit, or add up to zero.
 * @example
 * import { array, average } from '@chainer/xp';
 * average(array([1, 2, 4]), { weights: array([1, 1, 2]) }).itemSync(); // 2.75
 */
export function average(
  x: ArrayLike,
  axisOrOptions: Axes | AverageOptions | undefined,
  options: AverageOptions & { readonly returned: true },
): [NdArray, NdArray];
export function average(
  x: ArrayLike,
  options: AverageOptions & { readonly returned: true },
): [NdArray, NdArray];
export function average(
  x: ArrayLike,
  axisOrOptions?: Axes | AverageOptions,
  options?: AverageOptions,
): NdArray;
export function average(
  x: ArrayLike,
  axisOrOptions?: Axes | AverageOptions,
  options?: AverageOptions,
): NdArray | [NdArray, NdArray] {
  const a = arrayOf(x);
  const o = optionsOf('average', axisOrOptions, options, ['axis', 'weights', 'returned', 'keepdims']);
  const keepdims = o.keepdims ?? false;
  const axis = o.axis ?? null;
  if (o.weights === null || o.weights === undefined) {
    const y = mean(a, { axis, keepdims });
    return o.returned ? [y, filled(y, y.shape, y.dtype, y.size === 0 ? 0 : a.size / y.size)] : y;
  }
  const w = spread(a, arrayOf(o.weights), axis);
  const both = promote(a.dtype, w.dtype);
  const output = heldType(
    a.device,
    a.dtype.kind === 'f' || a.dtype.kind === 'c' ? meanType(both) : promote(both, float64),
  );
  const total = sum(w, { axis, keepdims, dtype: output });
  const zero = `[average] the weights add up to zero along axis ${String(axis)}: there is no weighted mean`;
  refuseCodes(isZero.call([total]), zero, () => new ValueError(zero));
  const y = divide.call([
    weighted.call([a, w], { axis, keepdims }, { accumulator: accumulatorType(output), output }),
    total,
  ]);
  return o.returned ? [y, copyOf(broadcastView(castTo(total, y.dtype), y.shape))] : y;
}
