import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { type ConvolutionOptions, convolve } from './convolution-nd.ts';

/**
 * Convolution over three spatial axes; see `convolutionNd`.
 *
 * @param x `[N, C, D, H, W]`
 * @param W `[O, C/groups, kd, kh, kw]`
 * @param b `[O]` or null
 * @returns `[N, O, …]`
 * @throws {InvalidType} if channels, axes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.convolution3d(new Variable(xp.ones([1, 2, 5, 5, 5])), xp.ones([3, 2, 3, 3, 3])).shape; // [1, 3, 3, 3, 3]
 */
export function convolution3d(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: ConvolutionOptions = {},
): Variable {
  checkOptions('convolution3d', options, ['stride', 'pad', 'coverAll', 'dilate', 'groups']);
  return convolve('convolution3d', 'ConvolutionND', 3, x, W, b, options);
}
