import { array } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { expectArray } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { axesOf } from '../math/axes.ts';
import { broadcastTo } from './broadcast-to.ts';
import { flatten } from './flatten.ts';
import { takeAlong } from './get-item.ts';
import { reshape } from './reshape.ts';

/**
 * Each element several times, next to itself.
 *
 * @param repeats how often: one number, or one per element of the axis
 * @param options `axis`: along which; null flattens first.
 * @throws {TypeError} if `repeats` or the axis are not integers.
 * @throws {RangeError} if a number is negative, or there are too many or too few.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.repeat(new Variable(xp.array([1, 2])), [1, 2], { axis: 0 }).array.toArraySync(); // [1, 2, 2]
 */
export function repeat(
  x: VariableLike,
  repeats: number | readonly number[],
  options: { readonly axis?: number | null } = {},
): Variable {
  checkOptions('repeat', options, ['axis']);
  expectArray('repeat', 'x', x);
  const { axis = null } = options;
  const list = typeof repeats === 'number' ? [repeats] : repeats;
  if (!Array.isArray(list) || !list.every((r) => Number.isInteger(r))) {
    throw new TypeError(
      `[repeat] repeats must be an integer or a list of integers, got ${JSON.stringify(repeats)}`,
    );
  }
  if (axis !== null && !Number.isInteger(axis))
    throw new TypeError(`[repeat] axis must be an integer or null, got ${String(axis)}`);
  if (list.some((r) => r < 0))
    throw new RangeError(`[repeat] repeats must be at least 0, got ${JSON.stringify(repeats)}`);
  if (axis === null)
    return x.shape.length === 1 ? repeat(x, repeats, { axis: 0 }) : repeat(flatten(x), repeats, { axis: 0 });
  const at = axesOf('repeat', axis, asArray(x))[0] as number;
  const before = x.shape.slice(0, at);
  const after = x.shape.slice(at + 1);
  const size = x.shape[at] as number;
  if (list.length === 1) {
    const times = list[0] as number;
    return reshape(
      broadcastTo(reshape(x, [...before, size, 1, ...after]), [...before, size, times, ...after]),
      [...before, size * times, ...after],
    );
  }
  if (list.length !== size)
    throw new RangeError(`[repeat] repeats has ${list.length} numbers but axis ${axis} has size ${size}`);
  const places = list.flatMap((times, i) => new Array<number>(times).fill(i));
  return takeAlong(x, at, array(Int32Array.from(places), { device: asArray(x).device }));
}
