import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import { type MaxPoolingOptions, maxPool } from './max-pooling-nd.ts';

/**
 * Maximum of each window over two spatial axes; see `maxPoolingNd`.
 *
 * @param x `[N, C, H, W]`
 * @returns `[N, C, …]`; with `returnIndices` also the places of the maxima within their windows.
 * @throws {InvalidType} if x has the wrong number of axes.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.maxPooling2d(new Variable(xp.ones([1, 1, 4, 4])), 2).shape; // [1, 1, 2, 2]
 */
export function maxPooling2d(
  x: VariableLike,
  ksize: Sizes,
  options: MaxPoolingOptions & { readonly returnIndices: true },
): [Variable, NdArray];
export function maxPooling2d(x: VariableLike, ksize: Sizes, options?: MaxPoolingOptions): Variable;
export function maxPooling2d(
  x: VariableLike,
  ksize: Sizes,
  options: MaxPoolingOptions = {},
): Variable | [Variable, NdArray] {
  checkOptions('maxPooling2d', options, ['stride', 'pad', 'coverAll', 'returnIndices']);
  return maxPool('maxPooling2d', 2, x, ksize, options);
}
