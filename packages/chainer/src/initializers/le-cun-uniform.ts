import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { getFans } from './get-fans.ts';
import { BaseInitializer, fillUniform, type RandomSource, type ScaledInitializerOptions } from './options.ts';

/**
 * Uniform numbers whose spread keeps the variance of signals (LeCun et al., Efficient BackProp, 1998).
 *
 * `bound = scale · √(3 / fan_in)`
 *
 * @throws {ValueError} for arrays of fewer than two axes.
 * @example
 * import { xp } from 'chainer';
 * import { LeCunUniform } from 'chainer/initializers';
 * const W = xp.empty([100, 50]);
 * new LeCunUniform().apply(W);
 */
export class LeCunUniform extends BaseInitializer {
  readonly scale: number;
  private readonly rng: RandomSource | null;

  constructor(options: ScaledInitializerOptions = {}) {
    super(options);
    checkOptions('LeCunUniform', options, ['scale', 'rng', 'dtype']);
    this.scale = options.scale ?? 1;
    this.rng = options.rng ?? null;
  }

  apply(array: NdArray): void {
    const [fanIn] = getFans(array.shape);
    fillUniform(array, this.scale * Math.sqrt(3 / fanIn), this.rng);
  }
}
