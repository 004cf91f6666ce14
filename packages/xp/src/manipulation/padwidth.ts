import { isScalar } from '../core/arguments.ts';
import { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { toArraySync } from '../core/read.ts';
import { ValueError } from '../errors.ts';

/** A value for both ends of every axis, for each end, or for each end of each axis. */
export type PerEnd<T> = T | readonly T[] | readonly (readonly T[])[];

/** Before and after. */
export type Pair<T> = readonly [T, T];

/** What stands for each end of each axis. @throws {ValueError} if it does not fit the number of axes. */
export function pairsOf<T extends Scalar>(given: PerEnd<T> | NdArray, ndim: number, name: string): Pair<T>[] {
  const value = given instanceof NdArray ? (toArraySync(given) as PerEnd<T>) : given;
  const all = (pair: readonly T[]): Pair<T> => {
    if (pair.length !== 1 && pair.length !== 2)
      throw new ValueError(`[pad] ${name} gives one or two values an axis, got ${pair.length}`);
    return [pair[0] as T, (pair.length === 1 ? pair[0] : pair[1]) as T];
  };
  const axes = Array.from({ length: ndim }, (_, i) => i);
  if (isScalar(value)) return axes.map(() => [value, value] as Pair<T>);
  const list = value as readonly (T | readonly T[])[];
  if (list.every((x) => isScalar(x))) return axes.map(() => all(list as readonly T[]));
  const nested = list as readonly (readonly T[])[];
  if (nested.length !== 1 && nested.length !== ndim) {
    throw new ValueError(`[pad] ${name} lists ${nested.length} axes, but the array has ${ndim}`);
  }
  return axes.map((i) => all(nested[nested.length === 1 ? 0 : i] as readonly T[]));
}
