import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { BaseInitializer, fillNormal, type RandomSource, type ScaledInitializerOptions } from './options.ts';

/**
 * Normal numbers of mean 0 and standard deviation `scale` (0.05).
 *
 * @example
 * import { Parameter } from 'chainer';
 * import { Normal } from 'chainer/initializers';
 * const W = new Parameter(new Normal({ scale: 0.01 }), [3, 2]);
 */
export class Normal extends BaseInitializer {
  readonly scale: number;
  private readonly rng: RandomSource | null;

  constructor(options: ScaledInitializerOptions = {}) {
    super(options);
    checkOptions('Normal', options, ['scale', 'rng', 'dtype']);
    this.scale = options.scale ?? 0.05;
    this.rng = options.rng ?? null;
  }

  apply(array: NdArray): void {
    fillNormal(array, this.scale, this.rng);
  }
}
