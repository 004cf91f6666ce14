import { collapse, type Loops } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { IndexError } from '../errors.ts';
import { walk } from './elementwise.ts';

/**
 * Indices in C order, as positions along an axis: negative ones count from its end.
 *
 * @throws {IndexError} if one lies outside.
 */
export function positionsOf(indices: NdArray, axis: number, size: number, who: string): Float64Array {
  const positions = new Float64Array(indices.size);
  if (indices.size === 0) return positions;
  const data = indices.storage.view(indices.dtype);
  let k = 0;
  walk(collapse(indices.shape, [indices.steps]), [indices.offset], (n, p, s) => {
    for (let i = 0; i < n; i++) {
      const index = Number(data[p[0]! + i * s[0]!]!);
      if (index < -size || index >= size) {
        throw new IndexError(`[${who}] index ${index} is out of bounds for axis ${axis} with size ${size}`);
      }
      positions[k++] = index < 0 ? index + size : index;
    }
  });
  return positions;
}

/** The loops over a slice at one index, and where the slice of each index starts in the array that has the index axes. */
export interface Slices {
  readonly loops: Loops;
  readonly starts: Float64Array;
}

/**
 * Takes apart `whole[a, indices[j], b]` against `listed[a, j, b]`.
 *
 * @param listedSteps steps of the array with `indexShape` in place of `axis`.
 */
export function slicesOf(
  whole: NdArray,
  axis: number,
  indexShape: readonly number[],
  listedSteps: readonly number[],
  listedOffset: number,
): Slices {
  const cut = (steps: readonly number[], width: number) => [
    ...steps.slice(0, axis),
    ...steps.slice(axis + width),
  ];
  const loops = collapse(cut(whole.shape, 1), [cut(whole.steps, 1), cut(listedSteps, indexShape.length)]);
  const starts = new Float64Array(indexShape.reduce((n, d) => n * d, 1));
  let k = 0;
  if (starts.length > 0) {
    const steps = listedSteps.slice(axis, axis + indexShape.length);
    walk(collapse(indexShape, [steps]), [listedOffset], (n, p, s) => {
      for (let i = 0; i < n; i++) starts[k++] = p[0]! + i * s[0]!;
    });
  }
  return { loops, starts };
}
