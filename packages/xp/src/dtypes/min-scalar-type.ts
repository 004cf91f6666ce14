import { isScalar } from '../core/arguments.ts';
import { Complex } from '../core/complex.ts';
import {
  bool,
  complex64,
  complex128,
  type DType,
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
} from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';

/**
 * The smallest dtype that holds a scalar: unsigned for integers that are not negative, floats by range, not by precision.
 * Of an array: its dtype.
 *
 * @example
 * import { minScalarType } from '@chainer/xp';
 * minScalarType(300).name; // 'uint16'
 * minScalarType(-1).name; // 'int8'
 */
export function minScalarType(a: Scalar | NdArray): DType {
  if (!isScalar(a)) return a.dtype;
  if (typeof a === 'boolean') return bool;
  if (a instanceof Complex) {
    const parts = [a.re, a.im].map(floatFor);
    return parts.includes(float64) ? complex128 : complex64;
  }
  if (typeof a === 'number' && !Number.isInteger(a)) return floatFor(a);
  const candidates = a < 0 ? [int8, int16, int32, int64] : [uint8, uint16, uint32, uint64];
  for (const d of candidates) {
    const bits = 8 * d.itemsize - (a < 0 ? 1 : 0);
    if (a < 0 ? a >= -(2 ** bits) : a < 2 ** bits) return d;
  }
  return float64;
}

function floatFor(x: number): DType {
  const a = Math.abs(x);
  if (!Number.isFinite(a) || a <= 65504) return float16;
  return a <= 3.4028234663852886e38 ? float32 : float64;
}
