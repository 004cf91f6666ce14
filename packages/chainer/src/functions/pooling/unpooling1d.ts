import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import type { Sizes } from '../connection/geometry.ts';
import { type UnpoolingOptions, unpool } from './unpooling-nd.ts';

/**
 * Unpooling over one spatial axis: every element is written to its whole window; see `unpoolingNd`.
 *
 * @param x `[N, C, W]`
 * @param ksize size of the window
 * @returns `[N, C, …]`
 * @throws {InvalidType} if x has the wrong number of axes, or `outsize` has another number of windows.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.unpooling1d(new Variable(xp.ones([1, 1, 2])), 2, { coverAll: false }).shape; // [1, 1, 4]
 */
export function unpooling1d(x: VariableLike, ksize: Sizes, options: UnpoolingOptions = {}): Variable {
  checkOptions('unpooling1d', options, ['stride', 'pad', 'outsize', 'coverAll']);
  return unpool('unpooling1d', 1, x, ksize, options);
}
