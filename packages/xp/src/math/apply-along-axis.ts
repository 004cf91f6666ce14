import { axisList, normalizeAxis } from '../core/arguments.ts';
import { shapeText } from '../core/layout.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { axisInserted, axisMoved, copyOf, picked, reshaped } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { arrayOf } from '../reduction/options.ts';

/**
 * Calls a function with every one-dimensional slice along an axis and puts the results in the place of that axis.
 *
 * @param f from an array `[N]` to an array or scalar; every result must have the same shape.
 * @throws {ValueError} for an array without slices, or results of several shapes.
 * @example
 * import { applyAlongAxis, array, sum } from '@chainer/xp';
 * applyAlongAxis((row) => sum(row), 1, array([[1, 2], [3, 4]])).toArraySync(); // [3, 7]
 */
export function applyAlongAxis(f: (slice: NdArray) => ArrayLike, axis: number, x: ArrayLike): NdArray {
  const a = arrayOf(x);
  const at = normalizeAxis(axis, a.ndim, 'applyAlongAxis');
  const last = a.ndim - 1;
  const moved = axisMoved(a, at, last);
  const lead = moved.shape.slice(0, last);
  const count = lead.reduce((n, d) => n * d, 1);
  if (count === 0)
    throw new ValueError(
      `[applyAlongAxis] x has shape ${shapeText(a.shape)}: there is no slice along axis ${axis}`,
    );
  const rows = reshaped(moved, [count, moved.shape[last] as number]);
  let all: NdArray | null = null;
  for (let i = 0; i < count; i++) {
    const result = arrayOf(f(picked(rows, 0, i)));
    if (all === null) all = emptyOn(result.device, [count, ...result.shape], result.dtype);
    const target = picked(all, 0, i);
    if (target.shape.join() !== result.shape.join()) {
      throw new ValueError(
        `[applyAlongAxis] f returned shape ${shapeText(result.shape)} after ${shapeText(target.shape)}; expected one shape`,
      );
    }
    if (result.size > 0) all.device.kernels.copy(result, target);
  }
  let y = reshaped(all as NdArray, [...lead, ...(all as NdArray).shape.slice(1)]);
  // The result's axes stand where the slice's axis was.
  for (let k = 0; k < y.ndim - last; k++) y = axisMoved(y, last + k, at + k);
  return y.contiguous ? y : copyOf(y);
}

/**
 * Applies a reduction `f(x, axis)` over several axes one after another; reduced axes stay with extent 1.
 *
 * @param f returns an array with the axis gone, or of extent 1.
 * @throws {ValueError} where f returns another number of axes.
 * @example
 * import { applyOverAxes, array, sum } from '@chainer/xp';
 * applyOverAxes((x, axis) => sum(x, axis), array([[1, 2], [3, 4]]), [0, 1]).toArraySync(); // [[10]]
 */
export function applyOverAxes(
  f: (x: NdArray, axis: number) => NdArray,
  x: ArrayLike,
  axes: number | readonly number[],
): NdArray {
  let y = arrayOf(x);
  for (const at of axisList(axes, y.ndim, 'applyOverAxes')) {
    const result = f(y, at);
    const inserted = result.ndim === y.ndim - 1 ? axisInserted(result, at) : result;
    if (inserted.ndim !== y.ndim) {
      throw new ValueError(
        `[applyOverAxes] f returned ${result.ndim} dimensions for an array of ${y.ndim}; expected ${y.ndim} or ${y.ndim - 1}`,
      );
    }
    y = inserted;
  }
  return y;
}
