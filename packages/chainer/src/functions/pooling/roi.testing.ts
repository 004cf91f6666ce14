import { array, type NdArray } from '@chainer/xp';
import { hostNumbers } from '../../gradient-check/numerical-grad.ts';

/** Reads one channel of one image. */
export type Plane = (row: number, column: number) => number;

/** A region-of-interest function straight from its definition: `bin` computes one element from a plane and a region's numbers. */
export function regionwise(
  x: NdArray,
  regions: readonly { readonly image: number; readonly box: readonly number[] }[],
  out: readonly [number, number],
  bin: (plane: Plane, box: readonly number[], p: number, q: number) => number,
): NdArray {
  const [, c, h, w] = x.shape as [number, number, number, number];
  const v = hostNumbers(x);
  const y = regions.flatMap(({ image, box }) =>
    Array.from({ length: c }, (_, channel) => {
      const plane: Plane = (i, j) => v[((image * c + channel) * h + i) * w + j] as number;
      return Array.from({ length: out[0] }, (_, p) =>
        Array.from({ length: out[1] }, (_, q) => bin(plane, box, p, q)),
      );
    }),
  );
  return array(Float64Array.from(y.flat(2)), { shape: [regions.length, c, ...out], device: 'js' });
}

/** Pixels of bin `p` of `bins` over `[start, start + extent)`, held inside `[0, size)`. */
export function pixelsOf(p: number, bins: number, start: number, extent: number, size: number): number[] {
  const pixels: number[] = [];
  for (let i = 0; i < size; i++) {
    const inner = i - start;
    // The bin [p, p + 1)·extent/bins, widened to whole pixels.
    if ((inner + 1) * bins > p * extent && inner * bins < (p + 1) * extent) pixels.push(i);
  }
  return pixels;
}

/** Bilinear reading with the border rule of ROI align; null outside. */
export function between(plane: Plane, h: number, w: number, y: number, x: number): number | null {
  if (y < -1 || y > h || x < -1 || x > w) return null;
  const [v, u] = [Math.min(Math.max(y, 0), h - 1), Math.min(Math.max(x, 0), w - 1)];
  const [i, j] = [Math.min(Math.floor(v), h - 2), Math.min(Math.floor(u), w - 2)];
  const [a, b] = [v - i, u - j];
  return (
    (1 - a) * ((1 - b) * plane(i, j) + b * plane(i, j + 1)) +
    a * ((1 - b) * plane(i + 1, j) + b * plane(i + 1, j + 1))
  );
}

/** What the samples of a bin read. */
export function samplesOf(
  plane: Plane,
  size: readonly [number, number],
  box: readonly number[],
  out: readonly [number, number],
  p: number,
  q: number,
  ratio: number | null,
): (number | null)[] {
  const [top, left, bottom, right] = box as [number, number, number, number];
  const [height, width] = [Math.max(bottom - top, 1) / out[0], Math.max(right - left, 1) / out[1]];
  const [rows, columns] = [ratio ?? Math.ceil(height), ratio ?? Math.ceil(width)];
  return Array.from({ length: rows * columns }, (_, k) => {
    const y = top + (p + (Math.floor(k / columns) + 0.5) / rows) * height;
    const x = left + (q + ((k % columns) + 0.5) / columns) * width;
    return between(plane, ...size, y, x);
  });
}

/** Distinct values, so that maxima are unique and far apart. */
export function distinct(shape: readonly number[]): number[] {
  const n = shape.reduce((a, d) => a * d, 1);
  return Array.from({ length: n }, (_, k) => ((k * 37) % n) / 8 - n / 16);
}
