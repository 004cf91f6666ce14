import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { getFans } from './get-fans.ts';
import { BaseInitializer, fillNormal, type RandomSource, type ScaledInitializerOptions } from './options.ts';

/**
 * Normal numbers whose spread keeps the variance of signals (LeCun et al., Efficient BackProp, 1998).
 *
 * `σ = scale · √(1 / fan_in)`
 *
 * @throws {ValueError} for arrays of fewer than two axes.
 * @example
 * import { xp } from 'chainer';
 * import { LeCunNormal } from 'chainer/initializers';
 * const W = xp.empty([100, 50]);
 * new LeCunNormal().apply(W);
 */
export class LeCunNormal extends BaseInitializer {
  readonly scale: number;
  private readonly rng: RandomSource | null;

  constructor(options: ScaledInitializerOptions = {}) {
    super(options);
    checkOptions('LeCunNormal', options, ['scale', 'rng', 'dtype']);
    this.scale = options.scale ?? 1;
    this.rng = options.rng ?? null;
  }

  apply(array: NdArray): void {
    const [fanIn] = getFans(array.shape);
    fillNormal(array, this.scale * Math.sqrt(1 / fanIn), this.rng);
  }
}
