import type { ScatterMode } from '../core/device.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { input } from '../scalar/expr.ts';
import { allBasic, basicView } from './basic.ts';
import { type Index, Slice } from './grammar.ts';
import { placesOf } from './places.ts';
import { resolve, withoutTexts } from './selection.ts';
import { scatterPlaces, valueAt, valueFor } from './setat.ts';

/** One index, or several in a list. A list of nothing but numbers, booleans and lists of them is one index array. */
export type Indices = Index | readonly Index[];

type Combine = Exclude<ScatterMode, 'set'>;

const combine: Record<Combine, Kernel> = {
  add: new Kernel('scatterAdd', [input(0).add(input(1))]),
  max: new Kernel('scatterMax', [input(0).max(input(1))]),
  min: new Kernel('scatterMin', [input(0).min(input(1))]),
};

function isOneIndex(item: Index): boolean {
  return typeof item === 'number' || typeof item === 'boolean' || Array.isArray(item);
}

/** Indices as the list of arguments that `at` would take. */
export function indexList(indices: Indices): readonly Index[] {
  if (!Array.isArray(indices) || indices instanceof Slice) return [indices as Index];
  const list = indices as readonly Index[];
  return list.length === 0 ||
    (list.every(isOneIndex) && !list.some(Array.isArray)) ||
    list.every(Array.isArray)
    ? [list as Index]
    : list;
}

function scatter(x: NdArray, indices: Indices, value: NdArray | Scalar, mode: Combine, who: string): void {
  const items = withoutTexts(indexList(indices), who);
  const v = valueFor(x, value, who);
  if (!allBasic(items)) return scatterPlaces(placesOf(resolve(x, items, who), who), v, mode, who);
  const view = basicView(x, items, who);
  const inputs = [view, typeof v === 'object' && 'shape' in v ? valueAt(v, view.shape, who) : v];
  launch(combine[mode].program(inputs), inputs, [view], who, view.shape);
}

/**
 * `x[indices] += value` in place, where indices may repeat: every value is added.
 *
 * @param indices one index, or several in a list (`[array([0, 1]), s(0, 2)]`); a list of numbers is one index array.
 * @throws {IndexError} if an index is out of range.
 * @example
 * import { scatterAdd, zeros } from '@chainer/xp';
 * const x = zeros(3);
 * scatterAdd(x, [0, 2, 2], 1);
 * x.toArraySync(); // [1, 0, 2]
 */
export function scatterAdd(x: NdArray, indices: Indices, value: NdArray | Scalar): void {
  scatter(x, indices, value, 'add', 'scatterAdd');
}

/** `x[indices] = max(x[indices], value)` in place, where indices may repeat. */
export function scatterMax(x: NdArray, indices: Indices, value: NdArray | Scalar): void {
  scatter(x, indices, value, 'max', 'scatterMax');
}

/** `x[indices] = min(x[indices], value)` in place, where indices may repeat. */
export function scatterMin(x: NdArray, indices: Indices, value: NdArray | Scalar): void {
  scatter(x, indices, value, 'min', 'scatterMin');
}
