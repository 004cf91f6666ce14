import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { type DeconvolutionOptions, deconvolve } from './convolution-nd.ts';

/**
 * Deconvolution (transposed convolution) over three spatial axes; see `deconvolutionNd`.
 *
 * @param x `[N, C, D, H, W]`
 * @param W `[C, O/groups, kd, kh, kw]`
 * @param b `[O]` or null
 * @returns `[N, O, …]`
 * @throws {InvalidType} if channels, axes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.deconvolution3d(new Variable(xp.ones([1, 2, 3, 3, 3])), xp.ones([2, 3, 3, 3, 3])).shape; // [1, 3, 5, 5, 5]
 */
export function deconvolution3d(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: DeconvolutionOptions = {},
): Variable {
  checkOptions('deconvolution3d', options, ['stride', 'pad', 'outsize', 'dilate', 'groups']);
  return deconvolve('deconvolution3d', 'DeconvolutionND', 3, x, W, b, options);
}
