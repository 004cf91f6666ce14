import { optionsOf } from '../core/check-options.ts';
import { dtype, float64 } from '../core/dtype.ts';
import { chosenType } from '../core/held.ts';
import type { NdArray } from '../core/ndarray.ts';
import { realType } from '../core/promotion.ts';
import { copyOf } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { checkOut } from '../kernel/launch.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { apply, type Expr, select } from '../scalar/expr.ts';
import { nansum } from './nansum.ts';
import {
  type Axes,
  accumulatorType,
  arrayOf,
  meanType,
  type TypedReductionOptions,
  typedReductionKeys,
} from './options.ts';
import { squaredMagnitude, type VarianceOptions } from './var.ts';

const countKernel = /*#__PURE__*/ new ReductionKernel('nanmean', 1, {
  map: (x) => apply('isnan', x).not().cast('int32'),
  reduce: (a, b) => a.add(b),
  identity: 0,
});
const squares = /*#__PURE__*/ new ReductionKernel('nanvar', 2, {
  map: (x, m) => select(apply('isnan', x), 0, squaredMagnitude(x.sub(m))),
  reduce: (a, b) => a.add(b),
  identity: 0,
});
/** Total over a count, NaN where the count is not positive; the count in a float as wide as the total. */
function ratio(total: Expr, count: Expr, ddof: Expr, float: 'float32' | 'float64'): Expr {
  const n = count.cast(float).sub(ddof);
  return select(n.gt(0), total, Number.NaN).div(n);
}
interface Division {
  readonly narrow: ElementwiseKernel;
  readonly wide: ElementwiseKernel;
}
const mean: Division = {
  narrow: new ElementwiseKernel('nanmean', 3, (t, n, ddof) => ratio(t, n, ddof, 'float32')),
  wide: new ElementwiseKernel('nanmean', 3, (t, n, ddof) => ratio(t, n, ddof, 'float64')),
};
const root: Division = {
  narrow: new ElementwiseKernel('nanstd', 3, (t, n, ddof) => ratio(t, n, ddof, 'float32').sqrt()),
  wide: new ElementwiseKernel('nanstd', 3, (t, n, ddof) => ratio(t, n, ddof, 'float64').sqrt()),
};
function divide(kernels: Division, total: NdArray, count: NdArray, ddof: number): NdArray {
  const wide = realType(total.dtype) === float64;
  return (wide ? kernels.wide : kernels.narrow).call([total, count, ddof]);
}

/** Number of elements over the axes that are not NaN (int32). */
export function countNumbers(x: NdArray, axis: Axes, keepdims: boolean): NdArray {
  return countKernel.call([x], { axis, keepdims });
}

/** A result in the dtype asked for, in `out` if one was given. */
function finish(result: NdArray, o: TypedReductionOptions, wanted: NdArray['dtype'], who: string): NdArray {
  if (!o.out) return result.dtype === wanted ? result : copyOf(result, wanted);
  checkOut(o.out, result.shape, wanted, who);
  if (result.size > 0) result.device.kernels.copy(result, o.out);
  return o.out;
}

/**
 * Mean over the given axes of the elements that are not NaN; NaN where there are none.
 *
 * @example
 * import { array, nanmean } from '@chainer/xp';
 * nanmean(array([[1, NaN], [2, 4]]), 1).toArraySync(); // [1, 3]
 */
export function nanmean(
  x: ArrayLike,
  axisOrOptions?: Axes | TypedReductionOptions,
  options?: TypedReductionOptions,
): NdArray {
  const a = arrayOf(x);
  const o = optionsOf('nanmean', axisOrOptions, options, typedReductionKeys);
  const chosen = chosenType(a.device, o.dtype ? dtype(o.dtype) : null, meanType(a.dtype));
  const axis = o.axis ?? null;
  const keepdims = o.keepdims ?? false;
  const total = nansum(a, { axis, keepdims, dtype: accumulatorType(chosen) });
  return finish(divide(mean, total, countNumbers(a, axis, keepdims), 0), o, chosen, 'nanmean');
}

function deviation(kernels: Division, x: ArrayLike, o: VarianceOptions, who: string): NdArray {
  const a = arrayOf(x);
  const chosen = chosenType(a.device, o.dtype ? dtype(o.dtype) : null, meanType(a.dtype));
  const work = accumulatorType(chosen);
  const axis = o.axis ?? null;
  const keepdims = o.keepdims ?? false;
  const center = nanmean(a, { axis, keepdims: true, dtype: work });
  const total = squares.call([a, center], { axis, keepdims }, { accumulator: realType(work) });
  return finish(
    divide(kernels, total, countNumbers(a, axis, keepdims), o.ddof ?? 0),
    o,
    realType(chosen),
    who,
  );
}

/**
 * Variance over the given axes of the elements that are not NaN; NaN where no more than `ddof` of them are left.
 *
 * @example
 * import { array, nanvar } from '@chainer/xp';
 * nanvar(array([1, NaN, 3])).itemSync(); // 1
 */
export function nanvar(
  x: ArrayLike,
  axisOrOptions?: Axes | VarianceOptions,
  options?: VarianceOptions,
): NdArray {
  return deviation(
    mean,
    x,
    optionsOf('nanvar', axisOrOptions, options, [...typedReductionKeys, 'ddof']),
    'nanvar',
  );
}

/**
 * Standard deviation over the given axes of the elements that are not NaN: the root of `nanvar`.
 *
 * @example
 * import { array, nanstd } from '@chainer/xp';
 * nanstd(array([1, NaN, 5])).itemSync(); // 2
 */
export function nanstd(
  x: ArrayLike,
  axisOrOptions?: Axes | VarianceOptions,
  options?: VarianceOptions,
): NdArray {
  return deviation(
    root,
    x,
    optionsOf('nanstd', axisOrOptions, options, [...typedReductionKeys, 'ddof']),
    'nanstd',
  );
}
