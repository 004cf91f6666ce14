import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import { type UnpoolingOptions, unpool } from './unpooling-nd.ts';

/**
 * Unpooling over two spatial axes: every element is written to its whole window; see `unpoolingNd`.
 *
 * @param x `[N, C, H, W]`
 * @param ksize size of the window
 * @returns `[N, C, …]`
 * @throws {InvalidType} if x has the wrong number of axes, or `outsize` has another number of windows.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.unpooling2d(new Variable(xp.ones([1, 1, 2, 2])), 2, { coverAll: false }).shape; // [1, 1, 4, 4]
 */
export function unpooling2d(x: VariableLike, ksize: Sizes, options: UnpoolingOptions = {}): Variable {
  checkOptions('unpooling2d', options, ['stride', 'pad', 'outsize', 'coverAll']);
  return unpool('unpooling2d', 2, x, ksize, options);
}
