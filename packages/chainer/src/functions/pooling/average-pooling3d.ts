import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import { type AveragePoolingOptions, averagePool } from './average-pooling-nd.ts';

/**
 * Mean of each window over three spatial axes; see `averagePoolingNd`.
 *
 * @param x `[N, C, D, H, W]`
 * @returns `[N, C, …]`
 * @throws {InvalidType} if x has the wrong number of axes.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.averagePooling3d(new Variable(xp.ones([1, 1, 4, 4, 4])), 2).shape; // [1, 1, 2, 2, 2]
 */
export function averagePooling3d(
  x: VariableLike,
  ksize: Sizes,
  options: AveragePoolingOptions = {},
): Variable {
  checkOptions('averagePooling3d', options, ['stride', 'pad', 'padValue']);
  return averagePool('averagePooling3d', 3, x, ksize, options);
}
