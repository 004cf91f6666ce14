import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { type ConvolutionOptions, convolve } from './convolution-nd.ts';

/**
 * Convolution over one spatial axis; see `convolutionNd`.
 *
 * @param x `[N, C, L]`
 * @param W `[O, C/groups, k]`
 * @param b `[O]` or null
 * @returns `[N, O, …]`
 * @throws {InvalidType} if channels, axes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.convolution1d(new Variable(xp.ones([1, 2, 5])), xp.ones([3, 2, 3])).shape; // [1, 3, 3]
 */
export function convolution1d(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: ConvolutionOptions = {},
): Variable {
  checkOptions('convolution1d', options, ['stride', 'pad', 'coverAll', 'dilate', 'groups']);
  return convolve('convolution1d', 'ConvolutionND', 1, x, W, b, options);
}
