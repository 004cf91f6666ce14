import { axisList, normalizeAxes } from '../core/arguments.ts';
import { optionsOf } from '../core/check-options.ts';
import { shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { AxisError, ValueError } from '../errors.ts';

/**
 * The array without axes of extent 1: all of them, or those given; a view.
 *
 * @throws {ValueError} if a given axis has another extent.
 * @example
 * import { squeeze, zeros } from '@chainer/xp';
 * squeeze(zeros([1, 3, 1]), { axis: 0 }).shape; // [3, 1]
 */
export function squeeze(
  x: NdArray,
  axis?: number | readonly number[] | null | { readonly axis?: number | readonly number[] | null },
): NdArray {
  const { axis: given } = optionsOf('squeeze', axis, undefined, ['axis']);
  const gone = given === undefined || given === null ? null : normalizeAxes(given, x.ndim, 'squeeze');
  for (const a of gone ?? []) {
    if (x.shape[a] !== 1)
      throw new ValueError(
        `[squeeze] axis ${a} of shape ${shapeText(x.shape)} has extent ${x.shape[a]}, not 1`,
      );
  }
  const keep = (d: number, i: number) => (gone === null ? d !== 1 : !gone.includes(i));
  const shape = x.shape.filter(keep);
  const steps = x.steps.filter((_, i) => keep(x.shape[i] as number, i));
  return new NdArray(x.storage, x.dtype, shape, steps, x.offset);
}

/**
 * The array with new axes of extent 1 at those places of the result; a view.
 *
 * @throws {AxisError} outside the result or given twice.
 * @example
 * import { expandDims, zeros } from '@chainer/xp';
 * expandDims(zeros([2, 3]), [0, -1]).shape; // [1, 2, 3, 1]
 */
export function expandDims(x: NdArray, axis: number | readonly number[]): NdArray {
  const n = x.ndim + (Array.isArray(axis) ? axis.length : 1);
  const fresh = axisList(axis, n, 'expandDims');
  if (new Set(fresh).size !== fresh.length)
    throw new AxisError(`[expandDims] repeated axis in [${String(axis).replaceAll(',', ', ')}]`);
  const shape: number[] = [];
  const steps: number[] = [];
  for (let i = 0, old = 0; i < n; i++) {
    const isNew = fresh.includes(i);
    shape.push(isNew ? 1 : (x.shape[old] as number));
    steps.push(isNew ? 0 : (x.steps[old] as number));
    if (!isNew) old++;
  }
  return new NdArray(x.storage, x.dtype, shape, steps, x.offset);
}
