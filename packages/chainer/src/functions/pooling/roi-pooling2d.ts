import { linearMap } from '../../core/linear-map.ts';
import { expectFloat, expectNdim, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { RoiMax } from './roi-max.ts';
import { regionsFromFives } from './roi-regions.ts';

/**
 * Region-of-interest pooling of Fast R-CNN: the maxima of `outh × outw` bins of each region (Girshick, 2015).
 *
 * Corners are rounded to pixels after scaling, and the far corner belongs to the region. A bin that lies outside the image gives 0. Mind the order of
 * the coordinates, which differs from that of `roiMaxPooling2d`.
 *
 * @param x `[N, C, H, W]`
 * @param rois `[R, 5]`: image, x₁, y₁, x₂, y₂; they have no gradient
 * @param spatialScale pixels of x for one unit of the coordinates
 * @returns `[R, C, outh, outw]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.arange(16, { dtype: 'float32' }).reshape([1, 1, 4, 4]));
 * F.roiPooling2d(x, xp.array([[0, 0, 0, 1, 3]]), 2, 1, 1).array.toArraySync(); // [[[[5], [13]]]]
 */
export function roiPooling2d(
  x: VariableLike,
  rois: VariableLike,
  outh: number,
  outw: number,
  spatialScale: number,
): Variable {
  const who = 'roiPooling2d';
  const [a, regions] = [asArray(x), asArray(rois)];
  expectFloat(who, 'x', a);
  expectNdim(who, 'x', a, 4);
  expectSameDtype(who, 'x', a, 'rois', regions);
  expectNdim(who, 'rois', regions, 2);
  if (regions.shape[1] !== 5)
    invalid(who, `rois must have 5 columns (image, x1, y1, x2, y2), got ${regions.shape[1]}`, {
      x: a,
      rois: regions,
    });
  const operator = new RoiMax('ROIPooling2D', a, regionsFromFives(regions, spatialScale), {
    rois: regions,
    images: null,
    scale: spatialScale,
    out: [outh, outw],
  });
  return linearMap(operator, x);
}
