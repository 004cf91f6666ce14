import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { asArray } from '../../core/variable.ts';
import { concat } from '../array/concat.ts';
import { reshape } from '../array/reshape.ts';
import { checkPooled } from './geometry.ts';
import { maxPool } from './max-pooling-nd.ts';

/**
 * Spatial pyramid pooling: the maxima of the image, of its quarters, of their quarters, …; the result has one size whatever the image's is
 * (He et al., 2014).
 *
 * @param x `[N, C, H, W]`
 * @param pyramidHeight number of levels; level l has `2ˡ × 2ˡ` windows
 * @param options `pooling`: must be `'max'`.
 * @returns `[N, C Σ 4ˡ, 1, 1]`
 * @throws {InvalidType} if x is not a floating array of 4 axes.
 * @throws {RangeError} for another `pooling`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.spatialPyramidPooling2d(new Variable(xp.ones([1, 3, 9, 7])), 2, { pooling: 'max' }).shape; // [1, 15, 1, 1]
 */
export function spatialPyramidPooling2d(
  x: VariableLike,
  pyramidHeight: number,
  options: { readonly pooling?: 'max' } = {},
): Variable {
  checkOptions('spatialPyramidPooling2d', options, ['pooling']);
  const who = 'spatialPyramidPooling2d';
  if (options.pooling !== 'max')
    throw new RangeError(`[${who}] pooling must be 'max', got ${JSON.stringify(options.pooling ?? null)}`);
  if (!Number.isInteger(pyramidHeight) || pyramidHeight < 1)
    throw new RangeError(`[${who}] pyramidHeight must be a positive integer, got ${pyramidHeight}`);
  checkPooled(who, asArray(x), 2);
  const batch = x.shape[0] as number;
  const levels = Array.from({ length: pyramidHeight }, (_, level) => {
    const bins = 2 ** level;
    const ksize = x.shape.slice(2).map((d) => Math.ceil(d / bins));
    const pad = ksize.map((k, i) => Math.floor((k * bins - (x.shape[i + 2] as number)) / 2));
    const y = maxPool(who, 2, x, ksize, { pad }) as Variable;
    return reshape(y, [batch, y.size / Math.max(1, batch), 1, 1]);
  });
  return concat(levels);
}
