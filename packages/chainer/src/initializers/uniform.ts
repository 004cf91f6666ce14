import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { BaseInitializer, fillUniform, type RandomSource, type ScaledInitializerOptions } from './options.ts';

/**
 * Uniform numbers on [-scale, scale); `scale` is 0.05.
 *
 * @example
 * import { Parameter } from 'chainer';
 * import { Uniform } from 'chainer/initializers';
 * const W = new Parameter(new Uniform({ scale: 0.01 }), [3, 2]);
 */
export class Uniform extends BaseInitializer {
  readonly scale: number;
  private readonly rng: RandomSource | null;

  constructor(options: ScaledInitializerOptions = {}) {
    super(options);
    checkOptions('Uniform', options, ['scale', 'rng', 'dtype']);
    this.scale = options.scale ?? 0.05;
    this.rng = options.rng ?? null;
  }

  apply(array: NdArray): void {
    fillUniform(array, this.scale, this.rng);
  }
}
