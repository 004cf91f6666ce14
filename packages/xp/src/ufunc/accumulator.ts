import { type DType, type DTypeLike, dtype, int64, uint64 } from '../core/dtype.ts';
import { castable } from '../core/promotion.ts';
import { DTypeError } from '../errors.ts';
import type { Loop } from './types.ts';
import type { UfuncCore } from './ufunc.ts';

/**
 * The dtype in which a ufunc combines the elements of one array with each other: the given one, or the dtype its loop for
 * two of them yields. Sums and products of integers are combined in 64 bits.
 *
 * @throws {DTypeError} where the ufunc has no loop for it.
 */
export function accumulatorOf(core: UfuncCore, d: DType, given: DTypeLike | null | undefined): DType {
  if (given) return dtype(given);
  if (core.spec.widens && d.itemsize < 8 && (d.kind === 'b' || d.kind === 'i')) return int64;
  if (core.spec.widens && d.itemsize < 8 && d.kind === 'u') return uint64;
  return core.loop([d, d]).outputs[0] as DType;
}

/** The loop that combines two values of the accumulator's dtype into one. @throws {DTypeError} if its result does not fit. */
export function combining(core: UfuncCore, accumulator: DType): Loop {
  const loop = core.loop([accumulator, accumulator]);
  const result = loop.outputs[0] as DType;
  if (!castable(result, accumulator, 'same_kind')) {
    throw new DTypeError(
      `[${core.name}] values of ${accumulator.name} combine to ${result.name}, which cannot be combined further in ${accumulator.name}`,
    );
  }
  return loop;
}
