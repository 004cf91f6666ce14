import { axisList, normalizeAxis } from '../core/arguments.ts';
import { checkOptions, kindOf, optionsOf } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import { permuted } from '../core/views.ts';
import { AxisError, ValueError } from '../errors.ts';
import { reversed } from './reshape.ts';

/**
 * Axes in another order (reversed unless `axes` is given); a view.
 *
 * @throws {ValueError} unless `axes` names every axis once.
 * @example
 * import { transpose, zeros } from '@chainer/xp';
 * transpose(zeros([2, 3, 4]), { axes: [1, 0, 2] }).shape; // [3, 2, 4]
 */
export function transpose(
  x: NdArray,
  axes?: readonly number[] | null | { readonly axes?: readonly number[] | null },
): NdArray {
  // Reversing is frequent and takes no options.
  if (axes === undefined || axes === null) return reversed(x);
  const { axes: order = null } = optionsOf('transpose', axes, undefined, ['axes']);
  if (order === null) return reversed(x);
  if (!Array.isArray(order))
    throw new TypeError(`[transpose] axes must be a list of integers or null, got ${kindOf(order)}`);
  if (order.length !== x.ndim) {
    throw new ValueError(
      `[transpose] axes [${order.join(', ')}] do not match an array of dimension ${x.ndim}`,
    );
  }
  const places = new Array<number>(order.length);
  let seen = 0;
  for (let i = 0; i < order.length; i++) {
    const axis = normalizeAxis(order[i] as number, x.ndim, 'transpose');
    if (seen & (1 << axis)) throw new ValueError(`[transpose] repeated axis in [${order.join(', ')}]`);
    seen |= 1 << axis;
    places[i] = axis;
  }
  return permuted(x, places);
}

/** The array API's name of `transpose`. */
export const permuteDims: (
  x: NdArray,
  axes?: readonly number[] | null | { readonly axes?: readonly number[] | null },
) => NdArray = transpose;

/** The last two axes swapped; a view. @throws {ValueError} below two dimensions. */
export function matrixTranspose(x: NdArray): NdArray {
  if (x.ndim < 2) throw new ValueError(`[matrixTranspose] expected at least 2 dimensions, got ${x.ndim}`);
  return swapaxes(x, -1, -2);
}

/**
 * Two axes swapped; a view.
 *
 * @throws {AxisError} outside the array.
 */
export function swapaxes(x: NdArray, axis1: number, axis2: number): NdArray {
  const a = normalizeAxis(axis1, x.ndim, 'swapaxes');
  const b = normalizeAxis(axis2, x.ndim, 'swapaxes');
  const axes = x.shape.map((_, i) => i);
  axes[a] = b;
  axes[b] = a;
  return permuted(x, axes);
}

/**
 * Axes moved from `source` to `destination`, the others in their order; a view.
 *
 * @throws {AxisError} outside the array or given twice.
 * @example
 * import { moveaxis, zeros } from '@chainer/xp';
 * moveaxis(zeros([2, 3, 4]), 0, -1).shape; // [3, 4, 2]
 */
export function moveaxis(
  x: NdArray,
  source: number | readonly number[],
  destination: number | readonly number[],
): NdArray {
  const from = places(source, x.ndim, 'source');
  const to = places(destination, x.ndim, 'destination');
  if (from.length !== to.length) {
    throw new ValueError(`[moveaxis] source names ${from.length} axes and destination ${to.length}`);
  }
  const axes = x.shape.map((_, i) => i).filter((a) => !from.includes(a));
  const moves = to.map((t, k) => [t, from[k] as number] as const).sort((a, b) => a[0] - b[0]);
  for (const [t, f] of moves) axes.splice(t, 0, f);
  return permuted(x, axes);
}

function places(axis: number | readonly number[], ndim: number, name: string): number[] {
  const out = axisList(axis, ndim, 'moveaxis');
  if (new Set(out).size !== out.length) throw new AxisError(`[moveaxis] repeated axis in ${name}`);
  return out;
}

/** `axis` rolled back until it stands before `start` (0 unless given); a view. `moveaxis` says the same more clearly. */
export function rollaxis(x: NdArray, axis: number, options: { readonly start?: number } = {}): NdArray {
  checkOptions('rollaxis', options, ['start']);
  const n = x.ndim;
  const a = normalizeAxis(axis, n, 'rollaxis');
  const given = options.start ?? 0;
  if (!Number.isInteger(given) || given < -n || given > n) {
    throw new AxisError(`[rollaxis] start ${given} is out of bounds for an array of dimension ${n}`);
  }
  const start = given < 0 ? given + n : given;
  return moveaxis(x, a, a < start ? start - 1 : start);
}
