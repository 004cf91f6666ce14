import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { convolve } from './convolution-nd.ts';
import type { Sizes } from './geometry.ts';

/** Options of dilatedConvolution2d. */
export interface DilatedConvolution2DOptions {
  readonly stride?: Sizes;
  readonly pad?: Sizes;
  /** Distance between the taps of a window. */
  readonly dilate?: Sizes;
  /** Also convolve where only part of a window is left. */
  readonly coverAll?: boolean;
}

/**
 * Convolution whose windows have holes: the taps lie `dilate` apart. The same as `convolution2d` with `dilate`.
 *
 * @param x `[N, C, H, W]`
 * @param W `[O, C, kh, kw]`
 * @param b `[O]` or null
 * @returns `[N, O, …]`, each size `(d + 2·pad - ((k-1)·dilate + 1)) / stride + 1`
 * @throws {InvalidType} if channels, axes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.dilatedConvolution2d(new Variable(xp.ones([1, 2, 5, 5])), xp.ones([3, 2, 3, 3]), null, { dilate: 2 }).shape; // [1, 3, 1, 1]
 */
export function dilatedConvolution2d(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: DilatedConvolution2DOptions = {},
): Variable {
  checkOptions('dilatedConvolution2d', options, ['stride', 'pad', 'dilate', 'coverAll']);
  return convolve('dilatedConvolution2d', 'Convolution2DFunction', 2, x, W, b, options);
}
