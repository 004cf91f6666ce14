import { Complex } from '../core/complex.ts';
import type { DType } from '../core/dtype.ts';
import type { Scalar } from '../core/promotion.ts';

/** Values to start a reduction from that lose against every other. */

/** What no value of the dtype is below. */
export function lowest(d: DType): Scalar {
  if (d.kind === 'b') return false;
  if (d.kind === 'u') return 0;
  if (d.kind === 'i') return -(2n ** BigInt(8 * d.itemsize - 1));
  return d.kind === 'c'
    ? new Complex(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY)
    : Number.NEGATIVE_INFINITY;
}

/** What no value of the dtype is above. */
export function highest(d: DType): Scalar {
  if (d.kind === 'b') return true;
  if (d.kind === 'u') return 2n ** BigInt(8 * d.itemsize) - 1n;
  if (d.kind === 'i') return 2n ** BigInt(8 * d.itemsize - 1) - 1n;
  return d.kind === 'c'
    ? new Complex(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY;
}

/** NaN where there is one: functions that ignore NaN lose it against every number, and keep it against none. */
export function nanOr(other: (d: DType) => Scalar): (d: DType) => Scalar {
  return (d) =>
    d.kind === 'f' ? Number.NaN : d.kind === 'c' ? new Complex(Number.NaN, Number.NaN) : other(d);
}
