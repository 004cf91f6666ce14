import type { NdArray, PoolGeometry } from '@chainer/xp/internal';

/** Writes the number of images and, axis by axis, the windows over them: as native/windows.h reads it. */
export function writeWindows(
  D: Float64Array,
  at: number,
  image: NdArray,
  output: readonly number[],
  g: PoolGeometry,
  dilate: readonly number[] | null,
): void {
  const nd = image.ndim - 2;
  D[at++] = image.shape[0]! * image.shape[1]!;
  D[at++] = nd;
  for (let i = 0; i < nd; i++) {
    D[at++] = image.shape[2 + i]!;
    D[at++] = g.ksize[i]!;
    D[at++] = output[i]!;
    D[at++] = g.stride[i]!;
    D[at++] = g.pad[i]!;
    D[at++] = dilate === null ? 1 : dilate[i]!;
  }
}

/** Whether the addon's window loops cover that many spatial axes. */
export function hasWindows(image: NdArray): boolean {
  return image.ndim >= 3 && image.ndim <= 5 && image.dtype.kind === 'f';
}
