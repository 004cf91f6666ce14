import type { NdArray } from '../core/ndarray.ts';
import type { ArrayLike } from '../creation/array.ts';
import { dot } from '../products/dot.ts';
import { type TraceOptions, trace } from '../products/trace.ts';
import { all, any } from '../reduction/all.ts';
import { type ArgOptions, argmax, argmin } from '../reduction/argmax.ts';
import { max, min } from '../reduction/max.ts';
import { mean } from '../reduction/mean.ts';
import type { Axes, ReductionOptions, TypedReductionOptions } from '../reduction/options.ts';
import { prod } from '../reduction/prod.ts';
import { ptp } from '../reduction/ptp.ts';
import { sum } from '../reduction/sum.ts';
import { std, type VarianceOptions, var_ } from '../reduction/var.ts';
import { cumprod, cumsum, type ScanOptions } from '../scan/cumsum.ts';

/** Reductions and scans. `axis` may stand directly (`x.sum(1)`) or among the options. Results are 0-d arrays, never numbers. */
export interface ReductionMethods {
  /** Sum over axes. */
  sum(axis?: Axes | TypedReductionOptions, options?: TypedReductionOptions): NdArray;
  /** Product over axes. */
  prod(axis?: Axes | TypedReductionOptions, options?: TypedReductionOptions): NdArray;
  /** Mean over axes. */
  mean(axis?: Axes | TypedReductionOptions, options?: TypedReductionOptions): NdArray;
  /** Variance over axes; the divisor is `n - ddof`. */
  var(axis?: Axes | VarianceOptions, options?: VarianceOptions): NdArray;
  /** Standard deviation over axes; the divisor is `n - ddof`. */
  std(axis?: Axes | VarianceOptions, options?: VarianceOptions): NdArray;
  /** Greatest element over axes; NaN wins. */
  max(axis?: Axes | ReductionOptions, options?: ReductionOptions): NdArray;
  /** Smallest element over axes; NaN wins. */
  min(axis?: Axes | ReductionOptions, options?: ReductionOptions): NdArray;
  /** Distance from the smallest to the greatest element over axes. */
  ptp(axis?: Axes | ReductionOptions, options?: ReductionOptions): NdArray;
  /** Whether all elements are true. */
  all(axis?: Axes | ReductionOptions, options?: ReductionOptions): NdArray;
  /** Whether any element is true. */
  any(axis?: Axes | ReductionOptions, options?: ReductionOptions): NdArray;
  /** Index of the greatest element along an axis, or of the flat array. */
  argmax(axis?: number | null | ArgOptions, options?: ArgOptions): NdArray;
  /** Index of the smallest element along an axis, or of the flat array. */
  argmin(axis?: number | null | ArgOptions, options?: ArgOptions): NdArray;
  /** Running sum along an axis, or of the flat array. */
  cumsum(axis?: number | null | ScanOptions, options?: ScanOptions): NdArray;
  /** Running product along an axis, or of the flat array. */
  cumprod(axis?: number | null | ScanOptions, options?: ScanOptions): NdArray;
  /** Sum along a diagonal. */
  trace(options?: TraceOptions): NdArray;
  /** Product of vectors, of matrices, or over the last axis of `x` and the last but one of `y`. */
  dot(y: ArrayLike): NdArray;
}

export const reductionMethods: ReductionMethods & ThisType<NdArray> = {
  sum(axis, options) {
    return sum(this, axis, options);
  },
  prod(axis, options) {
    return prod(this, axis, options);
  },
  mean(axis, options) {
    return mean(this, axis, options);
  },
  var(axis, options) {
    return var_(this, axis, options);
  },
  std(axis, options) {
    return std(this, axis, options);
  },
  max(axis, options) {
    return max(this, axis, options);
  },
  min(axis, options) {
    return min(this, axis, options);
  },
  ptp(axis, options) {
    return ptp(this, axis, options);
  },
  all(axis, options) {
    return all(this, axis, options);
  },
  any(axis, options) {
    return any(this, axis, options);
  },
  argmax(axis, options) {
    return argmax(this, axis, options);
  },
  argmin(axis, options) {
    return argmin(this, axis, options);
  },
  cumsum(axis, options) {
    return cumsum(this, axis, options);
  },
  cumprod(axis, options) {
    return cumprod(this, axis, options);
  },
  trace(options) {
    return trace(this, options);
  },
  dot(y) {
    return dot(this, y);
  },
};
