import {
  coord,
  type DTypeName,
  ElementwiseKernel,
  type Expr,
  fold,
  type NdArray,
} from '@chainer/xp/functions';
import { type LinearOperator, linearMap } from '../../core/linear-map.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import {
  binOf,
  byDtype,
  checkRois,
  type RegionSource,
  type Regions,
  regionsFromCorners,
} from './roi-regions.ts';
import { spreadBins } from './roi-spread.ts';

const ints = (n: number) => new Array<'int32'>(n).fill('int32');

const gather = byDtype(
  (dtype) =>
    new ElementwiseKernel(
      'roiAveragePooling2d',
      6,
      (x, regions, height, width, outH, outW) => {
        const [r, c] = [coord(0), coord(1)];
        const [top, bottom] = binOf(coord(2), outH, regions.at(r, 1), regions.at(r, 3), height);
        const [left, right] = binOf(coord(3), outW, regions.at(r, 2), regions.at(r, 4), width);
        const [rows, columns] = [bottom.sub(top).max(0), right.sub(left).max(0)];
        const [sum] = fold(rows, [0], (outer, i) =>
          fold(columns, outer, ([inner], j) => [
            (inner as Expr).add(x.at(regions.at(r, 0), c, top.add(i), left.add(j))),
          ]),
        );
        return (sum as Expr).div(rows.mul(columns).max(1).cast(dtype));
      },
      { raw: [0, 1], scalars: [null, null, ...ints(4)] },
    ),
);

/** With which weight a bin reads a pixel of one axis. */
function weight(
  dtype: DTypeName,
  bin: Expr,
  bins: Expr,
  start: Expr,
  extent: Expr,
  pixel: Expr,
  size: Expr,
): Expr {
  const [first, behind] = binOf(bin, bins, start, extent, size);
  return pixel.ge(first).and(pixel.lt(behind)).where(behind.sub(first).max(1).cast(dtype).reciprocal(), 0);
}

/** `[R, OH, H]` */
const rowWeights = byDtype(
  (dtype) =>
    new ElementwiseKernel(
      'roiAveragePooling2d',
      3,
      (regions, height, outH) => {
        const r = coord(0);
        return weight(dtype, coord(1), outH, regions.at(r, 1), regions.at(r, 3), coord(2), height);
      },
      { raw: [0], outputs: [dtype], scalars: [null, ...ints(2)] },
    ),
);

/** `[N, R, OW, W]` */
const columnWeights = byDtype(
  (dtype) =>
    new ElementwiseKernel(
      'roiAveragePooling2d',
      3,
      (regions, width, outW) => {
        const r = coord(1);
        const own = weight(dtype, coord(2), outW, regions.at(r, 2), regions.at(r, 4), coord(3), width);
        return regions.at(r, 0).eq(coord(0)).where(own, 0);
      },
      { raw: [0], outputs: [dtype], scalars: [null, ...ints(2)] },
    ),
);

export class RoiAverage implements LinearOperator {
  readonly label = 'ROIAveragePooling2D';
  private readonly shape: readonly number[];
  private readonly regions: Regions;
  private readonly out: readonly [number, number];
  readonly source: RegionSource;

  constructor(shape: readonly number[], regions: Regions, source: RegionSource) {
    this.shape = shape;
    this.regions = regions;
    this.out = source.out;
    this.source = source;
  }

  apply(x: NdArray): NdArray {
    const [, c, h, w] = this.shape as [number, number, number, number];
    const count = this.regions.shape[0] as number;
    return gather(x).call([x, this.regions, h, w, ...this.out], { shape: [count, c, ...this.out] });
  }

  transposed(gy: NdArray): NdArray {
    const [n, , h, w] = this.shape as [number, number, number, number];
    const [outH, outW] = this.out;
    const count = this.regions.shape[0] as number;
    return spreadBins(
      gy,
      rowWeights(gy).call([this.regions, h, outH], { shape: [count, outH, h] }),
      columnWeights(gy).call([this.regions, w, outW], { shape: [n, count, outW, w] }),
    );
  }
}

/**
 * Region-of-interest pooling with means instead of maxima.
 *
 * Corners are rounded to pixels after scaling; the far corner does not belong to the region. A bin that lies outside the image gives 0.
 *
 * @param x `[N, C, H, W]`
 * @param rois `[R, 4]`: y₁, x₁, y₂, x₂; they have no gradient
 * @param roiIndices `[R]`: which image each region is of
 * @param outsize number of bins: one number, or `[outh, outw]`
 * @param spatialScale pixels of x for one unit of the coordinates
 * @returns `[R, C, outh, outw]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {TypeError} if outsize or spatialScale is not positive.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.arange(16, { dtype: 'float32' }).reshape([1, 1, 4, 4]));
 * const first = xp.array([0], { dtype: 'int32' });
 * F.roiAveragePooling2d(x, xp.array([[0, 0, 4, 2]]), first, [2, 1], 1).array.toArraySync(); // [[[[2.5], [10.5]]]]
 */
export function roiAveragePooling2d(
  x: VariableLike,
  rois: VariableLike,
  roiIndices: VariableLike,
  outsize: Sizes,
  spatialScale: number,
): Variable {
  const [a, corners, images] = [asArray(x), asArray(rois), asArray(roiIndices)];
  const out = checkRois('roiAveragePooling2d', a, corners, images, outsize, spatialScale);
  const source = { rois: corners, images, scale: spatialScale, out };
  return linearMap(new RoiAverage(a.shape, regionsFromCorners(corners, images, spatialScale), source), x);
}
