import { ElementwiseKernel, type Expr, fold, type NdArray } from '@chainer/xp';
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
  sideOperands,
  sideScalars,
  sidesOf,
} from './roi-align.ts';
import { byDtype } from './roi-regions.ts';

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

const scatter = byDtype(
  (dtype) =>
    new ElementwiseKernel(
      'roiMaxAlign2d',
      12,
      (gy, places, images, ...rest) => {
        const [image, c, row, column] = [regionAxis, channelAxis, rowAxis, columnAxis];
        const count = rest[8] as Expr;
        return fold(count, [0], ([sum], r) => {
          const [v, h] = sidesOf(dtype, r, rest);
          const [p0, rows] = v.binsNear(row);
          const [q0, columns] = h.binsNear(column);
          return fold(images.at(r).eq(image).where(rows, 0), [sum as Expr], ([outer], i) =>
            fold(columns, [outer as Expr], ([inner], j) => {
              const [p, q] = [p0.add(i), q0.add(j)];
              const place = places.at(r, c, p, q);
              const at = place.max(0);
              const weight = v
                .sample(p, at.floordiv(h.grid))
                .weight(row)
                .mul(h.sample(q, at.mod(h.grid)).weight(column));
              return [(inner as Expr).add(place.lt(0).where(0, weight.mul(gy.at(r, c, p, q))))];
            }),
          );
        })[0] as Expr;
      },
      { raw: [0, 1, 2, 3], scalars: sideScalars(3, 1) },
    ),
);

/** Reads the greatest sample of each bin; which one that is was found once, so that reading is linear. */
class RoiMaxAlign implements LinearOperator {
  readonly label = 'ROIMaxAlign2D';
  private readonly geometry: AlignGeometry;
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
    return scatter(gy).call([gy, this.places, g.images, ...sideOperands(g), this.places.shape[0] as number], {
      shape: g.shape,
    });
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
