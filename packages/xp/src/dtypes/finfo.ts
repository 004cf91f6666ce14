import { bfloat16, type DType, type DTypeLike, dtype, float16, float32, float64 } from '../core/dtype.ts';
import { realType } from '../core/promotion.ts';
import { DTypeError } from '../errors.ts';

/** What a floating dtype can hold. */
export interface FloatInfo {
  readonly dtype: DType;
  readonly bits: number;
  /** Distance from 1 to the next greater number. */
  readonly eps: number;
  /** Distance from 1 to the next smaller number. */
  readonly epsneg: number;
  readonly max: number;
  readonly min: number;
  /** Smallest positive number of full precision; `tiny` is the same. */
  readonly smallestNormal: number;
  readonly tiny: number;
  readonly smallestSubnormal: number;
  /** Bits of the mantissa, and of the exponent. */
  readonly nmant: number;
  readonly nexp: number;
  readonly iexp: number;
  readonly maxexp: number;
  readonly minexp: number;
  readonly machep: number;
  readonly negep: number;
  /** Decimal digits that survive, and the unit of the last one. */
  readonly precision: number;
  readonly resolution: number;
}

const mantissaBits = /*#__PURE__*/ new Map<DType, number>([
  [float16, 10],
  [bfloat16, 7],
  [float32, 23],
  [float64, 52],
]);

/**
 * Limits of a floating dtype; of a complex dtype those of its parts.
 *
 * @throws {DTypeError} for other dtypes: see `iinfo`.
 * @example
 * import { finfo } from '@chainer/xp';
 * finfo('float32').eps; // 1.1920928955078125e-7
 */
export function finfo(type: DTypeLike): FloatInfo {
  const d = realType(dtype(type));
  const nmant = mantissaBits.get(d);
  if (nmant === undefined) throw new DTypeError(`[finfo] ${d.name} is no floating dtype; see iinfo`);
  const bits = 8 * d.itemsize;
  const nexp = bits - 1 - nmant;
  const maxexp = 2 ** (nexp - 1);
  const minexp = 2 - maxexp;
  const max = (2 - 2 ** -nmant) * 2 ** (maxexp - 1);
  const precision = Math.floor(nmant * Math.log10(2));
  return {
    dtype: d,
    bits,
    eps: 2 ** -nmant,
    epsneg: 2 ** -(nmant + 1),
    max,
    min: -max,
    smallestNormal: 2 ** minexp,
    tiny: 2 ** minexp,
    smallestSubnormal: 2 ** (minexp - nmant),
    nmant,
    nexp,
    iexp: nexp,
    maxexp,
    minexp,
    machep: -nmant,
    negep: -(nmant + 1),
    precision,
    resolution: Number(`1e-${precision}`),
  };
}
