import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { getFans } from './get-fans.ts';
import { BaseInitializer, fillNormal, type RandomSource, type ScaledInitializerOptions } from './options.ts';

/**
 * Normal numbers after Glorot and Bengio, 2010 (`Xavier`).
 *
 * `σ = scale · √(2 / (fan_in + fan_out))`
 *
 * @throws {ValueError} for arrays of fewer than two axes.
 * @example
 * import { xp } from 'chainer';
 * import { GlorotNormal } from 'chainer/initializers';
 * const W = xp.empty([100, 50]);
 * new GlorotNormal().apply(W);
 */
export class GlorotNormal extends BaseInitializer {
  readonly scale: number;
  private readonly rng: RandomSource | null;

  constructor(options: ScaledInitializerOptions = {}) {
    super(options);
    checkOptions('GlorotNormal', options, ['scale', 'rng', 'dtype']);
    this.scale = options.scale ?? 1;
    this.rng = options.rng ?? null;
  }

  apply(array: NdArray): void {
    const [fanIn, fanOut] = getFans(array.shape);
    fillNormal(array, this.scale * Math.sqrt(2 / (fanIn + fanOut)), this.rng);
  }
}
