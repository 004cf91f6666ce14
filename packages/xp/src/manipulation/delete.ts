import { axisList, normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { NdArray } from '../core/ndarray.ts';
import { dataSync, flatScalars } from '../core/read.ts';
import { IndexError, ValueError } from '../errors.ts';
import { positionOn, sliceOn } from '../indexing/basic.ts';
import { Slice } from '../indexing/grammar.ts';
import { indexArray } from '../indexing/integers.ts';
import { flatPositions } from '../indexing/nonzero.ts';
import { take } from '../indexing/take.ts';
import { parseIndices } from '../indexing/text.ts';
import { unravel } from '../indexing/unravel.ts';
import { ravel } from './ravel.ts';

/** What to leave out: a position, a slice, positions, or a mask. */
export type Removed = number | Slice | string | readonly number[] | readonly boolean[] | NdArray;

/** Marks positions of an axis. */
function marked(what: Removed, extent: number, axis: number): boolean[] {
  const gone = new Array<boolean>(extent).fill(false);
  if (typeof what === 'string') {
    const [one, ...more] = parseIndices(what, 'delete');
    if (more.length > 0 || !(one instanceof Slice || typeof one === 'number')) {
      throw new IndexError(`[delete] expected one slice or number, got ${JSON.stringify(what)}`);
    }
    return marked(one, extent, axis);
  }
  if (what instanceof Slice) {
    const [start, count, step] = sliceOn(what, extent);
    for (let k = 0; k < count; k++) gone[start + k * step] = true;
    return gone;
  }
  const list = typeof what === 'number' ? [what] : what instanceof NdArray ? flatScalars(what) : what;
  if (list.length > 0 && typeof list[0] === 'boolean') {
    if (list.length !== extent)
      throw new IndexError(
        `[delete] a mask of ${list.length} elements does not fit axis ${axis} with size ${extent}`,
      );
    return list as boolean[];
  }
  for (const i of list) gone[positionOn(Number(i), extent, axis, 'delete')] = true;
  return gone;
}

/**
 * A copy without parts of an axis (or of the flat array).
 *
 * Exported as `delete` too, for `import * as xp`.
 *
 * @throws {IndexError} for a position outside the axis.
 * @example
 * import { array, delete_ } from '@chainer/xp';
 * delete_(array([1, 2, 3]), 1).toArraySync(); // [1, 3]
 */
export function delete_(x: NdArray, what: Removed, options: { readonly axis?: number | null } = {}): NdArray {
  checkOptions('delete', options, ['axis']);
  const axis = options.axis ?? null;
  if (axis === null) return delete_(ravel(x), what, { axis: 0 });
  const at = normalizeAxis(axis, x.ndim, 'delete');
  const gone = marked(what, x.shape[at] as number, at);
  const left = gone.flatMap((g, i) => (g ? [] : [i]));
  return take(x, indexArray(left, x.device, 'delete'), at);
}

/**
 * The array without zeros at its ends: in front (`f`), at the back (`b`), or both.
 *
 * @param options `axis`: the axes to trim; all unless given.
 * @throws {ValueError} for another `trim`.
 * @example
 * import { array, trimZeros } from '@chainer/xp';
 * trimZeros(array([0, 1, 0, 2, 0])).toArraySync(); // [1, 0, 2]
 */
export function trimZeros(
  x: NdArray,
  options: { readonly trim?: string; readonly axis?: number | readonly number[] | null } = {},
): NdArray {
  checkOptions('trimZeros', options, ['trim', 'axis']);
  const trim = (options.trim ?? 'fb').toLowerCase();
  if (!['f', 'b', 'fb', 'bf'].includes(trim))
    throw new ValueError(`[trimZeros] trim is 'f', 'b' or 'fb', got '${trim}'`);
  const given = options.axis ?? null;
  const axes = given === null ? x.shape.map((_, i) => i) : axisList(given, x.ndim, 'trimZeros');
  const found = unravel(flatPositions(x, 'trimZeros'), x.shape);
  const shape = x.shape.slice();
  let offset = x.offset;
  for (const a of axes) {
    const at = dataSync(found[a] as NdArray) as Int32Array;
    const [low, high] =
      at.length === 0
        ? [0, -1]
        : (at.reduce(
            ([l, h], i) => [Math.min(l as number, i), Math.max(h as number, i)],
            [at[0] as number, at[0] as number],
          ) as [number, number]);
    const start = trim.includes('f') ? (at.length === 0 ? (shape[a] as number) : low) : 0;
    const end = trim.includes('b') ? high + 1 : (x.shape[a] as number);
    shape[a] = Math.max(0, end - start);
    if (shape[a] > 0) offset += start * (x.steps[a] as number);
  }
  return new NdArray(x.storage, x.dtype, shape, x.steps, offset);
}
