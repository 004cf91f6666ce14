import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import { type AveragePoolingOptions, averagePool } from './average-pooling-nd.ts';

/**
 * Mean of each window over one spatial axis; see `averagePoolingNd`.
 *
 * @param x `[N, C, L]`
 * @returns `[N, C, …]`
 * @throws {InvalidType} if x has the wrong number of axes.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.averagePooling1d(new Variable(xp.ones([1, 1, 4])), 2).shape; // [1, 1, 2]
 */
export function averagePooling1d(
  x: VariableLike,
  ksize: Sizes,
  options: AveragePoolingOptions = {},
): Variable {
  checkOptions('averagePooling1d', options, ['stride', 'pad', 'padValue']);
  return averagePool('averagePooling1d', 1, x, ksize, options);
}
