import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { type ConvolutionOptions, convolve } from './convolution-nd.ts';

/**
 * Convolution over two spatial axes; see `convolutionNd`.
 *
 * @param x `[N, C, H, W]`
 * @param W `[O, C/groups, kh, kw]`
 * @param b `[O]` or null
 * @returns `[N, O, …]`
 * @throws {InvalidType} if channels, axes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.convolution2d(new Variable(xp.ones([1, 2, 5, 5])), xp.ones([3, 2, 3, 3])).shape; // [1, 3, 3, 3]
 */
export function convolution2d(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: ConvolutionOptions = {},
): Variable {
  checkOptions('convolution2d', options, ['stride', 'pad', 'coverAll', 'dilate', 'groups']);
  return convolve('convolution2d', 'Convolution2DFunction', 2, x, W, b, options);
}
