import { collapse } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { writeElement } from './closures.ts';
import { walk } from './elementwise.ts';
import { scalarAs } from './render.ts';

/** `dst[...] = value`. */
export function fill(dst: NdArray, value: Scalar): void {
  if (dst.size === 0) return;
  const { dtype } = dst;
  const data = dst.storage.view(dtype);
  const raw = new dtype.TypedArray(dtype.lanes);
  writeElement(raw, 0, dtype, scalarAs(value, dtype));
  const first = raw[0]!;
  const second = raw[1];
  walk(collapse(dst.shape, [dst.steps]), [dst.offset], (n, p, s) => {
    const start = p[0]!;
    const step = s[0]!;
    if (second !== undefined) {
      for (let i = 0; i < n; i++) {
        data[2 * (start + i * step)] = first;
        data[2 * (start + i * step) + 1] = second;
      }
    } else if (step === 1) data.fill(first as never, start, start + n);
    else for (let i = 0; i < n; i++) data[start + i * step] = first;
  });
}
