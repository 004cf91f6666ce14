import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { type FanOption, fanOf, type HeOptions } from './he-options.ts';
import { BaseInitializer, fillUniform, type RandomSource } from './options.ts';

/**
 * Uniform numbers for layers that are followed by ReLU (He et al., Delving Deep into Rectifiers, 2015).
 *
 * `bound = scale · √(6 / fan)`, where fan is `fan_in` (keeps the variance of signals) or `fan_out` (of gradients).
 *
 * @throws {ValueError} for an unknown `fanOption`; for arrays of fewer than two axes.
 * @example
 * import { xp } from 'chainer';
 * import { HeUniform } from 'chainer/initializers';
 * const W = xp.empty([64, 3, 7, 7]);
 * new HeUniform({ fanOption: 'fan_out' }).apply(W);
 */
export class HeUniform extends BaseInitializer {
  readonly scale: number;
  readonly fanOption: FanOption;
  private readonly rng: RandomSource | null;

  constructor(options: HeOptions = {}) {
    super(options);
    checkOptions('HeUniform', options, ['fanOption', 'scale', 'rng', 'dtype']);
    this.scale = options.scale ?? 1;
    this.fanOption = options.fanOption ?? 'fan_in';
    this.rng = options.rng ?? null;
  }

  apply(array: NdArray): void {
    fillUniform(array, this.scale * Math.sqrt(6 / fanOf('HeUniform', array.shape, this.fanOption)), this.rng);
  }
}
