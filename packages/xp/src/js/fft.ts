import type { FftGeometry } from '../core/device.ts';
import type { NdArray } from '../core/ndarray.ts';
import { planOf } from './fft-plan.ts';
import { eachLine } from './lines.ts';

let scratchRe = new Float64Array(0);
let scratchIm = new Float64Array(0);

/** Fourier transforms of float32 or float64 parts along one axis, computed in float64. */
export function fft(
  re: NdArray,
  im: NdArray | null,
  outRe: NdArray,
  outIm: NdArray | null,
  { axis, n, inverse, scale }: FftGeometry,
): void {
  const plan = planOf(n);
  if (scratchRe.length < n) {
    scratchRe = new Float64Array(n);
    scratchIm = new Float64Array(n);
  }
  const [r, i] = [scratchRe, scratchIm];
  const given = Math.min(n, re.shape[axis]!);
  const wanted = outRe.shape[axis]!;
  const view = (x: NdArray) => x.storage.view(x.dtype) as Float64Array;
  const [a, b, y, z] = [view(re), view(im ?? re), view(outRe), view(outIm ?? outRe)];
  const [sa, sb, sy, sz] = [re, im ?? re, outRe, outIm ?? outRe].map((x) => x.steps[axis]!) as [
    number,
    number,
    number,
    number,
  ];
  eachLine(re.shape, axis, [re, im ?? re, outRe, outIm ?? outRe], (at) => {
    for (let k = 0, p = at[0]!; k < given; k++, p += sa) r[k] = a[p]!;
    r.fill(0, given, n);
    i.fill(0, im === null ? 0 : given, n);
    if (im !== null) for (let k = 0, p = at[1]!; k < given; k++, p += sb) i[k] = b[p]!;
    if (outIm === null) {
      for (let k = (n >> 1) + 1; k < n; k++) {
        r[k] = r[n - k]!;
        i[k] = -i[n - k]!;
      }
    }
    if (inverse) plan.run(i, r);
    else plan.run(r, i);
    for (let k = 0, p = at[2]!; k < wanted; k++, p += sy) y[p] = r[k]! * scale;
    if (outIm !== null) for (let k = 0, p = at[3]!; k < wanted; k++, p += sz) z[p] = i[k]! * scale;
  });
}
