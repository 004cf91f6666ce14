import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import { type MaxPoolingOptions, maxPool } from './max-pooling-nd.ts';

/**
 * Maximum of each window over three spatial axes; see `maxPoolingNd`.
 *
 * @param x `[N, C, D, H, W]`
 * @returns `[N, C, …]`; with `returnIndices` also the places of the maxima within their windows.
 * @throws {InvalidType} if x has the wrong number of axes.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.maxPooling3d(new Variable(xp.ones([1, 1, 4, 4, 4])), 2).shape; // [1, 1, 2, 2, 2]
 */
export function maxPooling3d(
  x: VariableLike,
  ksize: Sizes,
  options: MaxPoolingOptions & { readonly returnIndices: true },
): [Variable, NdArray];
export function maxPooling3d(x: VariableLike, ksize: Sizes, options?: MaxPoolingOptions): Variable;
export function maxPooling3d(
  x: VariableLike,
  ksize: Sizes,
  options: MaxPoolingOptions = {},
): Variable | [Variable, NdArray] {
  checkOptions('maxPooling3d', options, ['stride', 'pad', 'coverAll', 'returnIndices']);
  return maxPool('maxPooling3d', 3, x, ksize, options);
}
