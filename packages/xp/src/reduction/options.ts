import {
  bfloat16,
  type DType,
  type DTypeLike,
  float16,
  float32,
  float64,
  int32,
  int64,
  isBig,
  uint64,
} from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { type ArrayLike, asarray } from '../creation/array.ts';

/** Axes of a reduction: one, several, or null for all. */
export type Axes = number | readonly number[] | null;

/** What every reduction takes. */
export interface ReductionOptions {
  /** Axes to reduce; all unless given. */
  readonly axis?: Axes;
  /** Keep reduced axes with extent 1. */
  readonly keepdims?: boolean;
  /** Where to leave the result. */
  readonly out?: NdArray | null;
}

/** Options of reductions whose dtype can be chosen. */
export interface TypedReductionOptions extends ReductionOptions {
  /** dtype in which values are combined, and of the result. */
  readonly dtype?: DTypeLike | null;
}

/** The options of reductions, and of those whose dtype can be chosen. */
export const reductionKeys = ['axis', 'keepdims', 'out'] as const;
export const typedReductionKeys = ['axis', 'keepdims', 'out', 'dtype'] as const;

/** The operand as an array. */
export function arrayOf(x: ArrayLike): NdArray {
  return x instanceof NdArray ? x : asarray(x);
}

/** dtype of sums and products: integers and booleans widen to 64 bits. */
export function sumType(d: DType): DType {
  if (d.kind === 'i' || d.kind === 'b') return int64;
  return d.kind === 'u' ? uint64 : d;
}

/** dtype of means: float64 for integers and booleans, otherwise the array's own. */
export function meanType(d: DType): DType {
  return d.kind === 'f' || d.kind === 'c' ? d : float64;
}

/** dtype in which values of a dtype are added up: the 16-bit floats in float32. */
export function accumulatorType(d: DType): DType {
  return d === float16 || d === bfloat16 ? float32 : d;
}

/** dtype of indices and counts found in such arrays: int32, or int64 where an array already holds 64-bit integers. */
export function indexType(...arrays: readonly NdArray[]): DType {
  return arrays.some((x) => isBig(x.dtype)) ? int64 : int32;
}
