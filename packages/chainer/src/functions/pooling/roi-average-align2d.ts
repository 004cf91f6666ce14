import {
  coord,
  type DTypeName,
  ElementwiseKernel,
  type Expr,
  fold,
  type NdArray,
} from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { type LinearOperator, linearMap } from '../../core/linear-map.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import {
  type AlignGeometry,
  alignGeometry,
  channelAxis,
  columnAxis,
  interpolate,
  type RoiAlignOptions,
  regionAxis,
  rowAxis,
  type Side,
  sideOperands,
  sideScalars,
  sidesOf,
} from './roi-align.ts';
import { byDtype } from './roi-regions.ts';
import { spreadBins } from './roi-spread.ts';

const gather = byDtype(
  (dtype) =>
    new ElementwiseKernel(
      'roiAverageAlign2d',
      10,
      (x, images, ...rest) => {
        const r = regionAxis;
        const [v, h] = sidesOf(dtype, r, rest);
        const [sum] = fold(v.grid, [0], (outer, i) => {
          const y = v.sample(rowAxis, i);
          return fold(y.valid.where(h.grid, 0), outer, ([inner], j) => {
            const z = h.sample(columnAxis, j);
            const value = interpolate(x, images.at(r), channelAxis, y, z);
            return [(inner as Expr).add(z.valid.where(value, 0))];
          });
        });
        return (sum as Expr).div(v.grid.mul(h.grid).cast(dtype));
      },
      { raw: [0, 1, 2], scalars: sideScalars(2) },
    ),
);

/** Mean weight with which the samples of a bin read a pixel of one axis. */
function weigh(dtype: DTypeName, side: Side, bin: Expr, pixel: Expr): Expr {
  const [sum] = fold(side.grid, [0], ([total], i) => [
    (total as Expr).add(side.sample(bin, i).weight(pixel)),
  ]);
  return (sum as Expr).div(side.grid.cast(dtype));
}

/** `[R, OH, H]` */
const rowWeights = byDtype(
  (dtype) =>
    new ElementwiseKernel(
      'roiAverageAlign2d',
      8,
      (...rest) => weigh(dtype, sidesOf(dtype, coord(0), rest)[0], coord(1), coord(2)),
      { raw: [0], scalars: sideScalars(0) },
    ),
);

/** `[N, R, OW, W]` */
const columnWeights = byDtype(
  (dtype) =>
    new ElementwiseKernel(
      'roiAverageAlign2d',
      9,
      (images, ...rest) => {
        const own = weigh(dtype, sidesOf(dtype, coord(1), rest)[1], coord(2), coord(3));
        return images.at(coord(1)).eq(coord(0)).where(own, 0);
      },
      { raw: [0, 1], scalars: sideScalars(1) },
    ),
);

export class RoiAverageAlign implements LinearOperator {
  readonly label = 'ROIAverageAlign2D';
  readonly geometry: AlignGeometry;

  constructor(geometry: AlignGeometry) {
    this.geometry = geometry;
  }

  apply(x: NdArray): NdArray {
    const g = this.geometry;
    return gather(x).call([x, g.images, ...sideOperands(g)], {
      shape: [g.rois.shape[0] as number, g.shape[1] as number, ...g.out],
    });
  }

  transposed(gy: NdArray): NdArray {
    const g = this.geometry;
    const [n, , h, w] = g.shape as [number, number, number, number];
    const count = g.rois.shape[0] as number;
    const sides = sideOperands(g);
    return spreadBins(
      gy,
      rowWeights(gy).call(sides, { shape: [count, g.out[0], h] }),
      columnWeights(gy).call([g.images, ...sides], { shape: [n, count, g.out[1], w] }),
    );
  }
}

/**
 * Region-of-interest align of Mask R-CNN: means of samples that are read bilinearly, so that no coordinate is rounded (He et al., 2017).
 *
 * @param x `[N, C, H, W]`
 * @param rois `[R, 4]`: y₁, x₁, y₂, x₂; they have no gradient
 * @param roiIndices `[R]`: which image each region is of
 * @param outsize number of bins: one number, or `[outh, outw]`
 * @param spatialScale pixels of x for one unit of the coordinates
 * @returns `[R, C, outh, outw]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {TypeError} if outsize, spatialScale or samplingRatio is not positive.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.arange(16, { dtype: 'float32' }).reshape([1, 1, 4, 4]));
 * const first = xp.array([0], { dtype: 'int32' });
 * F.roiAverageAlign2d(x, xp.array([[0, 0, 2, 2]]), first, 1, 1, { samplingRatio: 2 }).array.toArraySync(); // [[[[5]]]]
 */
export function roiAverageAlign2d(
  x: VariableLike,
  rois: VariableLike,
  roiIndices: VariableLike,
  outsize: Sizes,
  spatialScale: number,
  options: RoiAlignOptions = {},
): Variable {
  checkOptions('roiAverageAlign2d', options, ['samplingRatio']);
  const geometry = alignGeometry(
    'roiAverageAlign2d',
    asArray(x),
    asArray(rois),
    asArray(roiIndices),
    outsize,
    spatialScale,
    options,
  );
  return linearMap(new RoiAverageAlign(geometry), x);
}
