import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { type DeconvolutionOptions, deconvolve } from './convolution-nd.ts';

/**
 * Deconvolution (transposed convolution) over one spatial axis; see `deconvolutionNd`.
 *
 * @param x `[N, C, L]`
 * @param W `[C, O/groups, k]`
 * @param b `[O]` or null
 * @returns `[N, O, …]`
 * @throws {InvalidType} if channels, axes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.deconvolution1d(new Variable(xp.ones([1, 2, 3])), xp.ones([2, 3, 3])).shape; // [1, 3, 5]
 */
export function deconvolution1d(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: DeconvolutionOptions = {},
): Variable {
  checkOptions('deconvolution1d', options, ['stride', 'pad', 'outsize', 'dilate', 'groups']);
  return deconvolve('deconvolution1d', 'DeconvolutionND', 1, x, W, b, options);
}
