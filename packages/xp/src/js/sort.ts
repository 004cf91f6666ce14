import { type DType, isHalf, type TypedArray } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { copyRow } from './copy.ts';
import { eachLine } from './lines.ts';
import { compareKeys, keysOf } from './order.ts';

/** Sorted copy along `axis`: ascending, NaN last, complex numbers by real, then imaginary part. */
export function sort(x: NdArray, output: NdArray, axis: number): void {
  if (x.size === 0) return;
  const { dtype } = x;
  const src = x.storage.view(dtype);
  const dst = output.storage.view(dtype);
  const n = x.shape[axis]!;
  const s = x.steps[axis]!;
  const t = output.steps[axis]!;
  const row = copyRow(dtype, dtype);
  const line = new dtype.TypedArray(n * dtype.lanes);
  const byOrder = dtype.kind === 'c' || isHalf(dtype);
  eachLine(x.shape, axis, [x, output], (at) => {
    row(n, src, at[0]!, s, line, 0, 1);
    if (byOrder) {
      orderOf(line, dtype, 0, 1, n).forEach((from, i) => {
        row(1, line, from, 1, dst, at[1]! + i * t, 1);
      });
    } else {
      line.sort();
      row(n, line, 0, 1, dst, at[1]!, t);
    }
  });
}

/** Stable sorting indices (int32) along `axis`. */
export function argsort(x: NdArray, output: NdArray, axis: number): void {
  if (x.size === 0) return;
  const src = x.storage.view(x.dtype);
  const dst = output.storage.view(output.dtype);
  const n = x.shape[axis]!;
  const s = x.steps[axis]!;
  const t = output.steps[axis]!;
  eachLine(x.shape, axis, [x, output], (at) => {
    const order = orderOf(src, x.dtype, at[0]!, s, n);
    for (let i = 0; i < n; i++) dst[at[1]! + i * t] = order[i]!;
  });
}

function orderOf(data: TypedArray, dtype: DType, p: number, step: number, n: number): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  return order.sort(compareKeys(keysOf(data, dtype, p, step, n), dtype));
}
