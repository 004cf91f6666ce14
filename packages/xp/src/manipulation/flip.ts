import { axisList, normalizeAxes, normalizeAxis } from '../core/arguments.ts';
import { checkOptions, optionsOf } from '../core/check-options.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { permuted } from '../core/views.ts';
import { ValueError } from '../errors.ts';
import { ravel } from './ravel.ts';
import { reshapeTo } from './reshape.ts';

/**
 * Elements in reverse order along axes (all unless given); a view.
 *
 * @throws {AxisError} outside the array.
 * @example
 * import { array, flip } from '@chainer/xp';
 * flip(array([[1, 2], [3, 4]]), { axis: 1 }).toArraySync(); // [[2, 1], [4, 3]]
 */
export function flip(
  x: NdArray,
  options: { readonly axis?: number | readonly number[] | null } | number = {},
): NdArray {
  const { axis } = optionsOf('flip', options, undefined, ['axis']);
  return flipped(x, normalizeAxes(axis, x.ndim, 'flip'));
}

function flipped(x: NdArray, axes: readonly number[]): NdArray {
  const steps = x.steps.slice();
  let offset = x.offset;
  for (const a of axes) {
    const extent = x.shape[a] as number;
    if (extent > 0) offset += (extent - 1) * (steps[a] as number);
    steps[a] = -(steps[a] as number);
  }
  return new NdArray(x.storage, x.dtype, x.shape, steps, offset);
}

/** Elements in reverse order along the second axis; a view. */
export function fliplr(x: NdArray): NdArray {
  if (x.ndim < 2) throw new ValueError(`[fliplr] expected at least 2 dimensions, got ${x.ndim}`);
  return flipped(x, [1]);
}

/** Elements in reverse order along the first axis; a view. */
export function flipud(x: NdArray): NdArray {
  if (x.ndim < 1) throw new ValueError('[flipud] expected at least 1 dimension, got 0');
  return flipped(x, [0]);
}

/**
 * Turned by `k` quarters in the plane of two axes, from the first towards the second; a view.
 *
 * @example
 * import { array, rot90 } from '@chainer/xp';
 * rot90(array([[1, 2], [3, 4]])).toArraySync(); // [[2, 4], [1, 3]]
 */
export function rot90(
  x: NdArray,
  options: { readonly k?: number; readonly axes?: readonly [number, number] | readonly number[] } = {},
): NdArray {
  checkOptions('rot90', options, ['k', 'axes']);
  const given = options.axes ?? [0, 1];
  if (given.length !== 2) throw new ValueError(`[rot90] two axes are needed, got ${given.length}`);
  const [a, b] = given.map((axis) => normalizeAxis(axis, x.ndim, 'rot90')) as [number, number];
  if (a === b) throw new ValueError(`[rot90] the axes must differ, got [${given.join(', ')}]`);
  const k = (((options.k ?? 1) % 4) + 4) % 4;
  if (k === 0) return flipped(x, []);
  if (k === 2) return flipped(x, [a, b]);
  const order = x.shape.map((_, i) => (i === a ? b : i === b ? a : i));
  return k === 1 ? flipped(permuted(x, order), [a]) : flipped(permuted(x, order), [b]);
}

/**
 * Elements moved round along axes by `shift` places (over the flat array without an axis).
 *
 * @param shift one number, or one for each axis.
 * @example
 * import { arange, roll } from '@chainer/xp';
 * roll(arange(4), 1).toArraySync(); // [3, 0, 1, 2]
 */
export function roll(
  x: NdArray,
  shift: number | readonly number[],
  options: { readonly axis?: number | readonly number[] | null } | number = {},
): NdArray {
  const { axis = null } = optionsOf('roll', options, undefined, ['axis']);
  if (axis === null) {
    const total = typeof shift === 'number' ? shift : shift.reduce((sum, n) => sum + n, 0);
    return reshapeTo(rolled(ravel(x), [total]), x.shape);
  }
  const axes = axisList(axis, x.ndim, 'roll');
  const shifts = typeof shift === 'number' ? [shift] : shift;
  if (axes.length !== shifts.length && axes.length > 1 && shifts.length > 1) {
    throw new ValueError(`[roll] ${shifts.length} shifts were given for ${axes.length} axes`);
  }
  const by = new Array<number>(x.ndim).fill(0);
  for (let k = 0; k < Math.max(axes.length, shifts.length); k++) {
    const a = axes[axes.length === 1 ? 0 : k] as number;
    by[a] = (by[a] as number) + (shifts[shifts.length === 1 ? 0 : k] as number);
  }
  return rolled(x, by);
}

/** Copies the blocks between which the seams run. */
function rolled(x: NdArray, by: readonly number[]): NdArray {
  const out = emptyOn(x.device, x.shape, x.dtype);
  if (x.size === 0) return out;
  const move = (axis: number, shape: readonly number[], from: number, to: number): void => {
    if (axis === x.ndim) {
      x.device.kernels.copy(
        new NdArray(x.storage, x.dtype, shape, x.steps, from),
        new NdArray(out.storage, x.dtype, shape, out.steps, to),
      );
      return;
    }
    const n = shape[axis] as number;
    const k = ((Math.trunc(by[axis] as number) % n) + n) % n;
    const part = (start: number, count: number, end: number) => {
      if (count === 0) return;
      const smaller = shape.slice();
      smaller[axis] = count;
      move(
        axis + 1,
        smaller,
        from + start * (x.steps[axis] as number),
        to + end * (out.steps[axis] as number),
      );
    };
    part(0, n - k, k);
    part(n - k, k, 0);
  };
  move(0, x.shape, x.offset, 0);
  return out;
}
