import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import { type AveragePoolingOptions, averagePool } from './average-pooling-nd.ts';

/**
 * Mean of each window over two spatial axes; see `averagePoolingNd`.
 *
 * @param x `[N, C, H, W]`
 * @returns `[N, C, …]`
 * @throws {InvalidType} if x has the wrong number of axes.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.averagePooling2d(new Variable(xp.ones([1, 1, 4, 4])), 2).shape; // [1, 1, 2, 2]
 */
export function averagePooling2d(
  x: VariableLike,
  ksize: Sizes,
  options: AveragePoolingOptions = {},
): Variable {
  checkOptions('averagePooling2d', options, ['stride', 'pad', 'padValue']);
  return averagePool('averagePooling2d', 2, x, ksize, options);
}
