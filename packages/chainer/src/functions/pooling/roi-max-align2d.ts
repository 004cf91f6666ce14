import { ElementwiseKernel, type Expr, fold, type NdArray, reshape } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { type LinearOperator, linearMap } from '../../core/linear-map.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { zerosBeside } from '../array/views.ts';
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
  sideOperands,
  sideScalars,
  sidesOf,
} from './roi-align.ts';
import { byDtype } from './roi-regions.ts';
import { addInto } from './roi-spread.ts';

/** Which sample of each bin is greatest, -1 where none lies in the image. */
const search = byDtype(
  (dtype) =>
    new ElementwiseKernel(
      'roiMaxAlign2d',
      10,
      (x, images, ...rest) => {
        const r = regionAxis;
        const [v, h] = sidesOf(dtype, r, rest);
        const [, found] = fold(v.grid, [x.at(0, 0, 0, 0), -1], (outer, i) => {
          const y = v.sample(rowAxis, i);
          return fold(y.valid.where(h.grid, 0), outer, ([best, place], j) => {
            const [greatest, at] = [best as Expr, place as Expr];
            const z = h.sample(columnAxis, j);
            const value = interpolate(x, images.at(r), channelAxis, y, z);
            const better = z.valid.and(at.lt(0).or(value.gt(greatest)));
            return [better.where(value, greatest), better.where(i.mul(h.grid).add(j), at)];
          });
        });
        return found as Expr;
      },
      { raw: [0, 1, 2], outputs: ['int32'], scalars: sideScalars(2) },
    ),
);

/** The samples that were found. */
const pick = byDtype(
  (dtype) =>
    new ElementwiseKernel(
      'roiMaxAlign2d',
      12,
      (x, places, images, ...rest) => {
        const r = regionAxis;
        const [v, h] = sidesOf(dtype, r, rest);
        const place = places.at(r, channelAxis, rowAxis, columnAxis);
        const at = place.max(0);
        const y = v.sample(rowAxis, at.floordiv(h.grid));
        const z = h.sample(columnAxis, at.mod(h.grid));
        return place.lt(0).where(rest[8] as Expr, interpolate(x, images.at(r), channelAxis, y, z));
      },
      { raw: [0, 1, 2, 3], scalars: [...sideScalars(3), null] },
    ),
);

/** Where in the flat image each bin's gradient goes, four pixels, and what; nothing, where the bin has no sample. */
const send = byDtype(
  (dtype) =>
    new ElementwiseKernel(
      'roiMaxAlign2d',
      12,
      (gy, places, images, ...rest) => {
        const r = regionAxis;
        const [v, h] = sidesOf(dtype, r, rest);
        const [, , height, width] = rest as readonly Expr[];
        const place = places.at(r, channelAxis, rowAxis, columnAxis);
        const at = place.max(0);
        const y = v.sample(rowAxis, at.floordiv(h.grid));
        const z = h.sample(columnAxis, at.mod(h.grid));
        const plane = images
          .at(r)
          .cast('int32')
          .mul(rest[8] as Expr)
          .add(channelAxis);
        const pixel = (i: Expr, j: Expr) =>
          plane
            .mul(height as Expr)
            .add(i)
            .mul(width as Expr)
            .add(j);
        const g = place.lt(0).where(gy.mul(0), gy);
        const [far, near] = [g.mul(y.share), g.mul(y.share.neg().add(1))];
        const before = z.share.neg().add(1);
        return [
          pixel(y.low, z.low),
          pixel(y.low, z.high),
          pixel(y.high, z.low),
          pixel(y.high, z.high),
          near.mul(before),
          near.mul(z.share),
          far.mul(before),
          far.mul(z.share),
        ];
      },
      {
        raw: [1, 2, 3],
        outputs: ['int32', 'int32', 'int32', 'int32', dtype, dtype, dtype, dtype],
        scalars: sideScalars(3, 1),
      },
    ),
);

/** Reads the greatest sample of each bin; which one that is was found once, so that reading is linear. */
export class RoiMaxAlign implements LinearOperator {
  readonly label = 'ROIMaxAlign2D';
  readonly geometry: AlignGeometry;
  private readonly places: NdArray;

  constructor(x: NdArray, g: AlignGeometry) {
    this.geometry = g;
    this.places = search(x).call([x, g.images, ...sideOperands(g)], {
      shape: [g.rois.shape[0] as number, g.shape[1] as number, ...g.out],
    });
  }

  apply(x: NdArray): NdArray {
    return this.read(x, 0);
  }

  /** The same with another value for bins without samples. */
  read(x: NdArray, empty: number): NdArray {
    const g = this.geometry;
    return pick(x).call([x, this.places, g.images, ...sideOperands(g), empty], { shape: this.places.shape });
  }

  transposed(gy: NdArray): NdArray {
    const g = this.geometry;
    const sent = send(gy).callAll([gy, this.places, g.images, ...sideOperands(g), g.shape[1] as number]);
    const gx = zerosBeside(gy, [g.shape.reduce((a, d) => a * d, 1)]);
    for (let corner = 0; corner < 4; corner++)
      addInto(gx, sent[corner] as NdArray, sent[corner + 4] as NdArray);
    return reshape(gx, g.shape);
  }
}

/**
 * Region-of-interest align with maxima: the greatest of the samples of each bin, which are read bilinearly.
 *
 * A bin without samples in the image gives -∞.
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
 * F.roiMaxAlign2d(x, xp.array([[0, 0, 2, 2]]), first, 1, 1, { samplingRatio: 2 }).array.toArraySync(); // [[[[7.5]]]]
 */
export function roiMaxAlign2d(
  x: VariableLike,
  rois: VariableLike,
  roiIndices: VariableLike,
  outsize: Sizes,
  spatialScale: number,
  options: RoiAlignOptions = {},
): Variable {
  checkOptions('roiMaxAlign2d', options, ['samplingRatio']);
  const a = asArray(x);
  const geometry = alignGeometry(
    'roiMaxAlign2d',
    a,
    asArray(rois),
    asArray(roiIndices),
    outsize,
    spatialScale,
    options,
  );
  const operator = new RoiMaxAlign(a, geometry);
  return linearMap(operator, x, operator.read(a, Number.NEGATIVE_INFINITY));
}
