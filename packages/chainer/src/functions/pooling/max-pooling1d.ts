import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import { type MaxPoolingOptions, maxPool } from './max-pooling-nd.ts';

/**
 * Maximum of each window over one spatial axis; see `maxPoolingNd`.
 *
 * @param x `[N, C, L]`
 * @returns `[N, C, …]`; with `returnIndices` also the places of the maxima within their windows.
 * @throws {InvalidType} if x has the wrong number of axes.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.maxPooling1d(new Variable(xp.ones([1, 1, 4])), 2).shape; // [1, 1, 2]
 */
export function maxPooling1d(
  x: VariableLike,
  ksize: Sizes,
  options: MaxPoolingOptions & { readonly returnIndices: true },
): [Variable, NdArray];
export function maxPooling1d(x: VariableLike, ksize: Sizes, options?: MaxPoolingOptions): Variable;
export function maxPooling1d(
  x: VariableLike,
  ksize: Sizes,
  options: MaxPoolingOptions = {},
): Variable | [Variable, NdArray] {
  checkOptions('maxPooling1d', options, ['stride', 'pad', 'coverAll', 'returnIndices']);
  return maxPool('maxPooling1d', 1, x, ksize, options);
}
