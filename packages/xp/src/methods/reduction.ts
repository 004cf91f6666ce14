import type { DTypeLike } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';

/** Which axes a reduction runs over: one, several, or all (null). */
export type Axis = number | readonly number[] | null;

/** Options of reductions. */
export interface ReduceOptions {
  readonly axis?: Axis;
  /** Keep reduced axes with extent 1. */
  readonly keepdims?: boolean;
  readonly dtype?: DTypeLike | null;
  /** Where to leave the result. */
  readonly out?: NdArray | null;
  /** Take only elements where true. */
  readonly where?: NdArray | boolean | null;
  /** A value that takes part in the reduction. */
  readonly initial?: Scalar | null;
}

/** Options of variances. */
export interface VarianceOptions extends ReduceOptions {
  /** The divisor is `n - ddof`. */
  readonly ddof?: number;
}

/** Options of reductions along one axis. */
export interface AxisOptions {
  readonly axis?: number | null;
  readonly keepdims?: boolean;
  readonly dtype?: DTypeLike | null;
  readonly out?: NdArray | null;
}

/** Reductions and scans. `axis` may stand directly (`x.sum(1)`) or among the options. Results are 0-d arrays, never numbers. */
export interface ReductionMethods {
  sum(axis?: Axis | ReduceOptions, options?: ReduceOptions): NdArray;
  prod(axis?: Axis | ReduceOptions, options?: ReduceOptions): NdArray;
  mean(axis?: Axis | ReduceOptions, options?: ReduceOptions): NdArray;
  var(axis?: Axis | VarianceOptions, options?: VarianceOptions): NdArray;
  std(axis?: Axis | VarianceOptions, options?: VarianceOptions): NdArray;
  max(axis?: Axis | ReduceOptions, options?: ReduceOptions): NdArray;
  min(axis?: Axis | ReduceOptions, options?: ReduceOptions): NdArray;
  ptp(axis?: Axis | ReduceOptions, options?: ReduceOptions): NdArray;
  all(axis?: Axis | ReduceOptions, options?: ReduceOptions): NdArray;
  any(axis?: Axis | ReduceOptions, options?: ReduceOptions): NdArray;
  argmax(axis?: number | null | AxisOptions, options?: AxisOptions): NdArray;
  argmin(axis?: number | null | AxisOptions, options?: AxisOptions): NdArray;
  cumsum(axis?: number | null | AxisOptions, options?: AxisOptions): NdArray;
  cumprod(axis?: number | null | AxisOptions, options?: AxisOptions): NdArray;
  /** Sum along a diagonal. */
  trace(options?: {
    readonly offset?: number;
    readonly axis1?: number;
    readonly axis2?: number;
    readonly dtype?: DTypeLike | null;
    readonly out?: NdArray | null;
  }): NdArray;
  /** Product of vectors, matrices, or over the last axis of `x` and the last but one of `y`. */
  dot(y: NdArray | Scalar): NdArray;
}
