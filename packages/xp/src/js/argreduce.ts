import type { NdArray } from '../core/ndarray.ts';
import { eachLine } from './lines.ts';
import { compareKeys, isNaNKey, keysOf } from './order.ts';

/** Index (int32) of the greatest or smallest element along `axis`, the first of equals; the first NaN wins. */
export function argreduce(op: 'max' | 'min', x: NdArray, output: NdArray, axis: number): void {
  const src = x.storage.view(x.dtype);
  const dst = output.storage.view(output.dtype);
  const n = x.shape[axis]!;
  const s = x.steps[axis]!;
  const sign = op === 'max' ? 1 : -1;
  const plain = x.dtype.name === 'float32' || x.dtype.name === 'float64';
  eachLine(
    x.shape,
    axis,
    [x],
    (at) => {
      if (plain) {
        dst[at[1]!] = extremeOf(src as Float64Array, at[0]!, s, n, sign);
        return;
      }
      const keys = keysOf(src, x.dtype, at[0]!, s, n);
      const compare = compareKeys(keys, x.dtype);
      let best = 0;
      for (let i = 0; i < n; i++) {
        if (isNaNKey(keys, x.dtype, i)) {
          best = i;
          break;
        }
        if (compare(i, best) * sign > 0) best = i;
      }
      dst[at[1]!] = best;
    },
    [output],
  );
}

function extremeOf(data: Float64Array, p: number, step: number, n: number, sign: number): number {
  let best = 0;
  let value = data[p]! * sign;
  for (let i = 0; i < n; i++) {
    const v = data[p + i * step]! * sign;
    if (v > value) {
      value = v;
      best = i;
    } else if (Number.isNaN(v)) return i;
  }
  return best;
}
