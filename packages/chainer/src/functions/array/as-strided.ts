import { array, reshape } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { describe, expectArray } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { flatten } from './flatten.ts';
import { getItem } from './get-item.ts';

/**
 * Elements of an array, read in C order from its first, under another shape and other steps. Elements read several times gather
 * the sum of their gradients.
 *
 * @param strides distance between neighbours along each axis, in elements
 * @param options `storageOffset`: element to start from, 0 unless given.
 * @throws {RangeError} if a place lies outside the array ("Out of buffer").
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.asStrided(new Variable(xp.array([1, 2, 3])), [2, 2], [1, 1]).array.toArraySync(); // [[1, 2], [2, 3]]
 */
export function asStrided(
  x: VariableLike,
  shape: readonly number[],
  strides: readonly number[],
  options: { readonly storageOffset?: number | null } = {},
): Variable {
  checkOptions('asStrided', options, ['storageOffset']);
  expectArray('asStrided', 'x', x);
  if (shape.length !== strides.length)
    throw new RangeError(`[asStrided] shape has ${shape.length} axes but strides ${strides.length}`);
  const a = asArray(x);
  const start = options.storageOffset ?? 0;
  let places = [start];
  shape.forEach((d, i) => {
    places = places.flatMap((p) => Array.from({ length: d }, (_, k) => p + k * (strides[i] as number)));
  });
  for (const p of places)
    if (p < 0 || p >= a.size)
      throw new RangeError(`[asStrided] Out of buffer: place ${p} of ${a.size} elements (x: ${describe(a)})`);
  return getItem(flatten(x), reshape(array(Int32Array.from(places), { device: a.device }), [...shape]));
}
