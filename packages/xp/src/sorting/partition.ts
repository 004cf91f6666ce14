import { optionsOf } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { arrayOf } from '../reduction/options.ts';
import { alongAxis, argsort, type SortOptions, sort, sortKeys } from './sort.ts';

function checkKth(
  x: NdArray,
  kth: number | readonly number[],
  axis: number | null | undefined,
  who: string,
): void {
  const [a, along] = alongAxis(x, axis, who);
  const n = a.shape[along] as number;
  for (const k of typeof kth === 'number' ? [kth] : kth) {
    if (!Number.isInteger(k) || k < -n || k >= n) {
      throw new ValueError(`[${who}] kth is ${k}, outside an axis of ${n} elements`);
    }
  }
}

/**
 * A copy in which the element at place `kth` stands where sorting would put it, nothing greater before it and nothing smaller
 * after it. (The whole axis is sorted, which is one such order.)
 *
 * @param kth one place or several; negative ones count from the end.
 * @throws {ValueError} for a place outside the axis.
 * @example
 * import { array, partition } from '@chainer/xp';
 * partition(array([7, 1, 5, 3]), 1).at(1).itemSync(); // 3
 */
export function partition(
  x: ArrayLike,
  kth: number | readonly number[],
  axisOrOptions?: number | null | SortOptions,
  options?: SortOptions,
): NdArray {
  const a = arrayOf(x);
  const o = optionsOf('partition', axisOrOptions, options, sortKeys);
  checkKth(a, kth, o.axis, 'partition');
  return sort(a, o);
}

/**
 * Indices that `partition` an array.
 *
 * @param kth one place or several; negative ones count from the end.
 * @throws {ValueError} for a place outside the axis.
 * @example
 * import { argpartition, array } from '@chainer/xp';
 * argpartition(array([7, 1, 5, 3]), 0).at(0).itemSync(); // 1
 */
export function argpartition(
  x: ArrayLike,
  kth: number | readonly number[],
  axisOrOptions?: number | null | SortOptions,
  options?: SortOptions,
): NdArray {
  const a = arrayOf(x);
  const o = optionsOf('argpartition', axisOrOptions, options, sortKeys);
  checkKth(a, kth, o.axis, 'argpartition');
  return argsort(a, o);
}
