import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const both = /*#__PURE__*/ elementwise('clip', (x, low, high) => x.max(low).min(high), {
  label: 'Clip',
  derivative: ([x, low, high], _, gy) =>
    x && low && high ? [x.ge(low).and(x.le(high)).where(gy, 0), null, null] : [],
});

/**
 * Values held between two bounds; at the bounds the gradient passes.
 *
 * @param xMin lower bound, or null for none
 * @param xMax upper bound, or null for none
 * @throws {RangeError} if both are null or `xMin > xMax`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.clip(new Variable(xp.array([-2, 0, 2])), -1, 1).array.toArraySync(); // [-1, 0, 1]
 */
export function clip(x: VariableLike, xMin: number | null, xMax: number | null): Variable {
  if (xMin === null && xMax === null) throw new RangeError('[clip] xMin and xMax must not both be null');
  if (xMin !== null && xMax !== null && xMin > xMax)
    throw new RangeError(`[clip] xMin must not exceed xMax, got ${xMin} and ${xMax}`);
  return both(x, xMin ?? Number.NEGATIVE_INFINITY, xMax ?? Number.POSITIVE_INFINITY);
}
