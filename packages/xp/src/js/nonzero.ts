import { int32, isHalf } from '../core/dtype.ts';
import { collapse } from '../core/layout.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { walk } from './elementwise.ts';

/** Flat C-order positions (int32) of the true elements; NaN is true, -0 is not. */
export function nonzero(x: NdArray): NdArray {
  const found: number[] = [];
  if (x.size > 0) {
    const data = x.storage.view(x.dtype);
    const { kind } = x.dtype;
    const half = isHalf(x.dtype);
    let flat = 0;
    walk(collapse(x.shape, [x.steps]), [x.offset], (n, p, s) => {
      for (let i = 0; i < n; i++, flat++) {
        const at = p[0]! + i * s[0]!;
        const truth =
          kind === 'c'
            ? data[2 * at] !== 0 || data[2 * at + 1] !== 0
            : half
              ? ((data[at] as number) & 0x7fff) !== 0
              : Boolean(data[at]) || Number.isNaN(data[at]);
        if (truth) found.push(flat);
      }
    });
  }
  const result = emptyOn(x.device, [found.length], int32);
  (result.storage.view(int32) as Int32Array).set(found);
  return result;
}
