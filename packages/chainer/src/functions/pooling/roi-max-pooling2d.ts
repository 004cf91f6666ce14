import { linearMap } from '../../core/linear-map.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import { RoiMax } from './roi-max.ts';
import { checkRois, regionsFromCorners } from './roi-regions.ts';

/**
 * Region-of-interest pooling: the maxima of the bins of each region.
 *
 * Corners are rounded to pixels after scaling; the far corner does not belong to the region. A bin that lies outside the image
 * gives -∞.
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
 * F.roiMaxPooling2d(x, xp.array([[0, 0, 4, 2]]), first, [2, 1], 1).array.toArraySync(); // [[[[5], [13]]]]
 */
export function roiMaxPooling2d(
  x: VariableLike,
  rois: VariableLike,
  roiIndices: VariableLike,
  outsize: Sizes,
  spatialScale: number,
): Variable {
  const [a, corners, images] = [asArray(x), asArray(rois), asArray(roiIndices)];
  const out = checkRois('roiMaxPooling2d', a, corners, images, outsize, spatialScale);
  const regions = regionsFromCorners(corners, images, spatialScale);
  const operator = new RoiMax('ROIMaxPooling2D', a, regions, {
    rois: corners,
    images,
    scale: spatialScale,
    out,
  });
  return linearMap(operator, x, operator.read(a, Number.NEGATIVE_INFINITY));
}
