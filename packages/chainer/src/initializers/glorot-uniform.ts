import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { getFans } from './get-fans.ts';
import { BaseInitializer, fillUniform, type RandomSource, type ScaledInitializerOptions } from './options.ts';

/**
 * Uniform numbers after Glorot and Bengio, 2010 (`Xavier`).
 *
 * `bound = scale · √(6 / (fan_in + fan_out))`
 *
 * @throws {ValueError} for arrays of fewer than two axes.
 * @example
 * import { xp } from 'chainer';
 * import { GlorotUniform } from 'chainer/initializers';
 * const W = xp.empty([100, 50]);
 * new GlorotUniform().apply(W);
 */
export class GlorotUniform extends BaseInitializer {
  readonly scale: number;
  private readonly rng: RandomSource | null;

  constructor(options: ScaledInitializerOptions = {}) {
    super(options);
    checkOptions('GlorotUniform', options, ['scale', 'rng', 'dtype']);
    this.scale = options.scale ?? 1;
    this.rng = options.rng ?? null;
  }

  apply(array: NdArray): void {
    const [fanIn, fanOut] = getFans(array.shape);
    fillUniform(array, this.scale * Math.sqrt(6 / (fanIn + fanOut)), this.rng);
  }
}
