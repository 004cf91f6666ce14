import { describe, expectArray } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { broadcastTo } from './broadcast-to.ts';
import { reshape } from './reshape.ts';

/**
 * An array laid out several times along each axis.
 *
 * @param reps how often, one number for the last axis or one per axis (axes of size 1 are added in front as needed).
 * @throws {RangeError} if a number is negative or not an integer.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.tile(new Variable(xp.array([1, 2])), 2).array.toArraySync(); // [1, 2, 1, 2]
 */
export function tile(x: VariableLike, reps: number | readonly number[]): Variable {
  expectArray('tile', 'x', x);
  const given = typeof reps === 'number' ? [reps] : reps;
  if (!given.every((r) => Number.isInteger(r) && r >= 0)) {
    throw new RangeError(
      `[tile] reps must be integers of at least 0, got ${JSON.stringify(reps)} (x: ${describe(asArray(x))})`,
    );
  }
  const ndim = Math.max(given.length, x.shape.length);
  const lead = (list: readonly number[]) => [...new Array<number>(ndim - list.length).fill(1), ...list];
  const shape = lead(x.shape);
  const times = lead(given);
  const apart = reshape(
    x,
    shape.flatMap((d) => [1, d]),
  );
  const wide = broadcastTo(
    apart,
    shape.flatMap((d, i) => [times[i] as number, d]),
  );
  return reshape(
    wide,
    shape.map((d, i) => d * (times[i] as number)),
  );
}
