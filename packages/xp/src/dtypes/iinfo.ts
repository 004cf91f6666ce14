import { type DType, type DTypeLike, dtype } from '../core/dtype.ts';
import { DTypeError } from '../errors.ts';

/** What an integer dtype can hold. Limits that no number holds exactly are BigInts. */
export interface IntegerInfo {
  readonly dtype: DType;
  readonly kind: 'i' | 'u';
  readonly bits: number;
  readonly min: number | bigint;
  readonly max: number | bigint;
}

/**
 * Limits of an integer dtype.
 *
 * @throws {DTypeError} for other dtypes: see `finfo`.
 * @example
 * import { iinfo } from '@chainer/xp';
 * iinfo('int8').max; // 127
 * iinfo('uint64').max; // 18446744073709551615n
 */
export function iinfo(type: DTypeLike): IntegerInfo {
  const d = dtype(type);
  if (d.kind !== 'i' && d.kind !== 'u') {
    throw new DTypeError(`[iinfo] ${d.name} is no integer dtype; see finfo`);
  }
  const bits = 8 * d.itemsize;
  const digits = BigInt(d.kind === 'u' ? bits : bits - 1);
  const max = 2n ** digits - 1n;
  const min = d.kind === 'u' ? 0n : -(2n ** digits);
  const held = (x: bigint) => (bits < 64 || x === 0n ? Number(x) : x);
  return { dtype: d, kind: d.kind, bits, min: held(min), max: held(max) };
}
