import { checkOptions } from '../../core/check-options.ts';
import { expectNdim, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { transpose } from '../array/transpose.ts';
import { convolve } from './convolution-nd.ts';
import type { Sizes } from './geometry.ts';

/**
 * Depthwise convolution: every channel has windows of its own, and no channel sees another.
 *
 * @param x `[N, C, H, W]`
 * @param W `[M, C, kh, kw]`: M windows for each channel
 * @param b `[C M]` or null
 * @param options `stride` and `pad` as for `convolution2d`.
 * @returns `[N, C M, …]`; the M results of a channel lie next to each other
 * @throws {InvalidType} if channels, axes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.depthwiseConvolution2d(new Variable(xp.ones([1, 2, 5, 5])), xp.ones([3, 2, 3, 3])).shape; // [1, 6, 3, 3]
 */
export function depthwiseConvolution2d(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: { readonly stride?: Sizes; readonly pad?: Sizes } = {},
): Variable {
  checkOptions('depthwiseConvolution2d', options, ['stride', 'pad']);
  const who = 'depthwiseConvolution2d';
  const [a, w] = [asArray(x), asArray(W)];
  expectNdim(who, 'x', a, 4);
  expectNdim(who, 'W', w, 4);
  const [multiplier, channels, kh, kw] = w.shape as [number, number, number, number];
  if (a.shape[1] !== channels)
    invalid(who, `x has ${a.shape[1]} channels but W expects ${channels}`, { x: a, W: w });
  const grouped = reshape(transpose(W, { axes: [1, 0, 2, 3] }), [channels * multiplier, 1, kh, kw]);
  return convolve(who, 'Convolution2DFunction', 2, x, grouped, b, { ...options, groups: channels });
}
