import type { NdArray } from '@chainer/xp/functions';
import { expectArray, invalid } from '../../core/type-check.ts';

/** An axis argument: one, several, or null for all. */
export type Axis = number | readonly number[] | null;

/** Axis argument checked: integers, none twice. @throws {Error} for a duplicate. */
export function checkAxis(who: string, axis: Axis | undefined): void {
  if (axis === null || axis === undefined) return;
  const list = typeof axis === 'number' ? [axis] : axis;
  for (const a of list)
    if (!Number.isInteger(a))
      throw new TypeError(`[${who}] axis must be an integer, a list of integers or null, got ${String(a)}`);
  if (new Set(list).size !== list.length)
    throw new Error(`[${who}] duplicate value in axis: [${list.join(', ')}]`);
}

/** Axes from the front, ascending; all for null. @throws {InvalidType} outside the array. */
export function axesOf(
  who: string,
  axis: Axis | undefined,
  x: { readonly shape: readonly number[] } & Pick<NdArray, 'dtype'>,
): number[] {
  expectArray(who, 'x', x);
  const ndim = x.shape.length;
  if (axis === null || axis === undefined) return x.shape.map((_, i) => i);
  return (typeof axis === 'number' ? [axis] : [...axis])
    .map((a) => {
      if (a < -ndim || a >= ndim)
        invalid(who, `axis ${a} is out of range for an array of ${ndim} axes`, { x: x as NdArray });
      return a < 0 ? a + ndim : a;
    })
    .sort((p, q) => p - q);
}

/** A shape with the given axes set to 1. */
export function keptShape(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((d, i) => (axes.includes(i) ? 1 : d));
}
