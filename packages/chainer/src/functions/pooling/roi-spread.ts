import { matmul, type NdArray, reshape, transpose } from '@chainer/xp/functions';
import { scatterOn } from '@chainer/xp/internal';
import { zerosBeside } from '../array/views.ts';

/**
 * Gives each pixel its share of the bins: `gx[n, c, h, w] = Σ rows[r, p, h] gy[r, c, p, q] columns[n, r, q, w]`, as two products of
 * matrices.
 *
 * @param gy `[R, C, OH, OW]`
 * @param rows `[R, OH, H]`: with which weight bins read a row
 * @param columns `[N, R, OW, W]`: with which weight they read a column; 0 in images that a region is not of
 */
export function spreadBins(gy: NdArray, rows: NdArray, columns: NdArray): NdArray {
  const [r, c, outH, outW] = gy.shape as [number, number, number, number];
  const [n, , , w] = columns.shape as [number, number, number, number];
  const h = rows.shape[2] as number;
  const byRow = reshape(transpose(gy, [0, 2, 1, 3]), [r, outH, c * outW]);
  const tall = reshape(matmul(transpose(rows, [0, 2, 1]), byRow), [r, h, c, outW]);
  const flat = reshape(transpose(tall, [2, 1, 0, 3]), [c * h, r * outW]);
  return reshape(matmul(flat, reshape(columns, [n, r * outW, w])), [n, c, h, w]);
}

/** Adds values to the places of a flat array, and gives it a shape. */
export function addAt(shape: readonly number[], places: NdArray, values: NdArray): NdArray {
  const size = shape.reduce((a, d) => a * d, 1);
  const y = zerosBeside(values, [size]);
  addInto(y, places, values);
  return reshape(y, shape);
}

/** Adds values to the places of a flat array. */
export function addInto(y: NdArray, places: NdArray, values: NdArray): void {
  if (values.size > 0)
    scatterOn(y.device).scatter(y, reshape(places, [places.size]), 0, reshape(values, [values.size]), 'add');
}
