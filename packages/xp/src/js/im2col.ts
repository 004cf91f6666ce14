import type { PoolGeometry } from '../core/device.ts';
import type { NdArray } from '../core/ndarray.ts';
import { denseFor, denseOf, type FloatArray } from './floats.ts';
import { placesOf, spatialSize } from './windows.ts';

type ColumnGeometry = PoolGeometry & { readonly dilate: readonly number[] };

/** Columns of one image: `col[place, window] = image[at[place, window]]`, 0 outside. */
export function imageToColumns(
  image: FloatArray,
  offset: number,
  at: Int32Array,
  col: FloatArray,
  to: number,
): void {
  for (let i = 0; i < at.length; i++) {
    const p = at[i]!;
    col[to + i] = p < 0 ? 0 : image[offset + p]!;
  }
}

/** Adds columns back to their image. */
export function columnsToImage(
  col: FloatArray,
  from: number,
  at: Int32Array,
  image: FloatArray,
  offset: number,
): void {
  for (let i = 0; i < at.length; i++) {
    const p = at[i]!;
    if (p >= 0) image[offset + p] = image[offset + p]! + col[from + i]!;
  }
}

/** Windows of x `[N, C, ...]` as columns `[N, C, k..., out...]`; outside reads 0. */
export function im2col(x: NdArray, col: NdArray, g: ColumnGeometry): void {
  if (col.size === 0) return;
  const { at } = placesOf(x.shape.slice(2), outOf(col, x), g);
  const image = spatialSize(x.shape);
  const from = denseOf(x);
  const to = denseFor(col);
  const planes = x.shape[0]! * x.shape[1]!;
  for (let i = 0; i < planes; i++) imageToColumns(from, i * image, at, to.data, i * at.length);
  to.store();
}

/** The transpose of im2col: columns added back to x. */
export function col2im(col: NdArray, x: NdArray, g: ColumnGeometry): void {
  if (x.size === 0) return;
  const { at } = placesOf(x.shape.slice(2), outOf(col, x), g);
  const image = spatialSize(x.shape);
  const from = denseOf(col);
  const to = denseFor(x);
  const sums = new Float64Array(image);
  const planes = x.shape[0]! * x.shape[1]!;
  for (let i = 0; i < planes; i++) {
    sums.fill(0);
    columnsToImage(from, i * at.length, at, sums, 0);
    to.data.set(sums, i * image);
  }
  to.store();
}

/** The windows' own axes: the last ones of the columns. */
function outOf(col: NdArray, x: NdArray): readonly number[] {
  return col.shape.slice(2 + (x.ndim - 2));
}
