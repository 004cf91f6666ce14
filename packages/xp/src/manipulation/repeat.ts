import { normalizeAxis } from '../core/arguments.ts';
import { optionsOf } from '../core/check-options.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { dense, flatScalars } from '../core/read.ts';
import { copy } from '../creation/copy.ts';
import { shapeFrom } from '../creation/zeros.ts';
import { ValueError } from '../errors.ts';
import { indexArray } from '../indexing/integers.ts';
import { cycled } from '../indexing/put.ts';
import { take } from '../indexing/take.ts';
import { ravel } from './ravel.ts';
import { reshapeTo } from './reshape.ts';

/** A dense copy of a view in which axes of step 0 repeat. */
function spelledOut(
  x: NdArray,
  shape: readonly number[],
  steps: readonly number[],
  result: readonly number[],
): NdArray {
  const view = new NdArray(x.storage, x.dtype, shape, steps, x.offset);
  const out = emptyOn(x.device, shape, x.dtype);
  if (out.size > 0) x.device.kernels.copy(view, out);
  return new NdArray(out.storage, x.dtype, result);
}

function countOf(n: number, who: string): number {
  if (!Number.isInteger(n) || n < 0)
    throw new ValueError(`[${who}] repeats are integers from 0 on, got ${n}`);
  return n;
}

/**
 * Every element repeated in place, along an axis or over the flat array.
 *
 * @param repeats one number, or one for each element along the axis.
 * @throws {ValueError} if there are not as many repeats as elements, or one is negative.
 * @example
 * import { array, repeat } from '@chainer/xp';
 * repeat(array([1, 2]), 2).toArraySync(); // [1, 1, 2, 2]
 * repeat(array([[1, 2]]), [1, 3], { axis: 1 }).toArraySync(); // [[1, 2, 2, 2]]
 */
export function repeat(
  x: NdArray,
  repeats: number | readonly number[] | NdArray,
  axisOrOptions: number | null | { readonly axis?: number | null } = {},
): NdArray {
  const { axis = null } = optionsOf('repeat', axisOrOptions, undefined, ['axis']);
  if (axis === null && x.ndim !== 1) return repeat(ravel(x), repeats, 0);
  const at = normalizeAxis(axis ?? 0, x.ndim, 'repeat');
  const extent = x.shape[at] as number;
  const counts = (
    typeof repeats === 'number'
      ? [repeats]
      : repeats instanceof NdArray
        ? flatScalars(repeats).map(Number)
        : repeats
  ).map((n) => countOf(n, 'repeat'));
  if (counts.length === 1) {
    const n = counts[0] as number;
    const shape = [...x.shape.slice(0, at + 1), n, ...x.shape.slice(at + 1)];
    const steps = [...x.steps.slice(0, at + 1), 0, ...x.steps.slice(at + 1)];
    return spelledOut(
      x,
      shape,
      steps,
      x.shape.map((d, i) => (i === at ? d * n : d)),
    );
  }
  if (counts.length !== extent)
    throw new ValueError(
      `[repeat] ${counts.length} repeats were given for ${extent} elements along axis ${at}`,
    );
  const index = counts.flatMap((n, i) => new Array<number>(n).fill(i));
  return take(x, indexArray(index, x.device, 'repeat'), at);
}

/**
 * The whole array repeated along each axis; missing axes are added in front.
 *
 * @throws {ValueError} for a negative count.
 * @example
 * import { array, tile } from '@chainer/xp';
 * tile(array([1, 2]), [2, 2]).toArraySync(); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export function tile(x: NdArray, reps: number | readonly number[]): NdArray {
  const given = (typeof reps === 'number' ? [reps] : reps).map((n) => countOf(n, 'tile'));
  const n = Math.max(given.length, x.ndim);
  const counts = [...new Array<number>(n - given.length).fill(1), ...given];
  const lead = n - x.ndim;
  const shape: number[] = [];
  const steps: number[] = [];
  const result: number[] = [];
  for (let i = 0; i < n; i++) {
    const d = i < lead ? 1 : (x.shape[i - lead] as number);
    shape.push(counts[i] as number, d);
    steps.push(0, i < lead ? 0 : (x.steps[i - lead] as number));
    result.push((counts[i] as number) * d);
  }
  return spelledOut(x, shape, steps, result);
}

/**
 * The elements in C order, over and over, in a new shape.
 *
 * @throws {ValueError} for a negative extent.
 * @example
 * import { array, resize } from '@chainer/xp';
 * resize(array([1, 2, 3]), [2, 2]).toArraySync(); // [[1, 2], [3, 1]]
 */
export function resize(x: NdArray, shape: number | readonly number[]): NdArray {
  const target = shapeFrom(shape, 'resize');
  const size = target.reduce((n, d) => n * d, 1);
  if (size === 0 || x.size === 0) {
    const out = emptyOn(x.device, target, x.dtype);
    if (out.size > 0) out.device.kernels.fill(out, 0);
    return out;
  }
  const flat = ravel(x);
  const parts =
    size <= flat.size
      ? new NdArray(flat.storage, x.dtype, [size], flat.steps, flat.offset)
      : cycled(flat, size, 'resize');
  return reshapeTo(parts.storage === x.storage ? copy(parts) : dense(parts), target);
}
