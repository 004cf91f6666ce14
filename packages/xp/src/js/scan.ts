import type { ScanOp } from '../core/device.ts';
import type { NdArray } from '../core/ndarray.ts';
import { combineOf } from './combine.ts';
import { copy } from './copy.ts';
import { eachLine } from './lines.ts';

/** Running combination along `axis`, computed in `output`'s dtype: each element is rounded before the next takes it up. */
export function scan(op: ScanOp, x: NdArray, output: NdArray, axis: number): void {
  if (output.size === 0) return;
  copy(x, output);
  const { dtype } = output;
  const data = output.storage.view(dtype);
  const n = output.shape[axis]!;
  const step = output.steps[axis]!;
  const combine = combineOf(op, dtype);
  eachLine(output.shape, axis, [output], (at) => {
    for (let i = 1, q = at[0]! + step; i < n; i++, q += step) combine(data, q, data, q - step);
  });
}
