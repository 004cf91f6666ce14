import type { NdArray } from '../core/ndarray.ts';
import { copyRow } from './copy.ts';
import { walk } from './elementwise.ts';
import { positionsOf, slicesOf } from './indices.ts';

/**
 * `output[a, j, b] = x[a, indices[j], b]`: whole slices along `axis`.
 *
 * @throws {IndexError} if an index lies outside the axis.
 */
export function gather(x: NdArray, indices: NdArray, axis: number, output: NdArray): void {
  const positions = positionsOf(indices, axis, x.shape[axis]!, 'gather');
  if (output.size === 0) return;
  const { loops, starts } = slicesOf(x, axis, indices.shape, output.steps, output.offset);
  const row = copyRow(x.dtype, output.dtype);
  const src = x.storage.view(x.dtype);
  const dst = output.storage.view(output.dtype);
  const step = x.steps[axis]!;
  const flat = loops.shape.length === 1;
  const n = loops.shape[0]!;
  const s = loops.steps[0]![0]!;
  const t = loops.steps[1]![0]!;
  for (let j = 0; j < positions.length; j++) {
    const p = x.offset + positions[j]! * step;
    const q = starts[j]!;
    if (flat) row(n, src, p, s, dst, q, t);
    else walk(loops, [p, q], (m, at, by) => row(m, src, at[0]!, by[0]!, dst, at[1]!, by[1]!));
  }
}
