import { input, type NdArray } from '@chainer/xp/functions';
import { Kernel } from '@chainer/xp/internal';
import * as random from '@chainer/xp/random';
import { checkOptions } from '../core/check-options.ts';
import type { Parameter } from '../core/parameter.ts';
import { OptimizerHook } from '../optimizers/hook.ts';
import { lossScaleOf, transformGradients } from './transform.ts';

/** Makes the noise for one gradient; `t` counts the updates of its parameter so far. */
export type NoiseFunction = (g: NdArray, hook: GradientNoise, t: number) => NdArray;

/** Normal noise whose spread falls with time: `σ = √(eta / (1 + t)^0.55)`. */
export const exponentialDecayNoise: NoiseFunction = (g, hook, t) =>
  random.normal({
    scale: Math.sqrt(hook.eta / (1 + t) ** 0.55),
    size: g.shape,
    dtype: g.dtype,
    device: g.device,
  });

/** Operands: gradient, noise, loss scale. */
const kernel = /*#__PURE__*/ new Kernel('GradientNoise', [input(0).add(input(1).mul(input(2)))]);

/**
 * Adds noise to gradients (Neelakantan et al., Adding gradient noise improves learning for very deep networks, 2015).
 *
 * @param eta the noise's strength; the paper tries 0.01, 0.3 and 1
 * @example
 * import { links as L, optimizerHooks, optimizers } from 'chainer';
 * new optimizers.SGD().setup(new L.Linear(3, 2)).addHook(new optimizerHooks.GradientNoise(0.3));
 */
export class GradientNoise extends OptimizerHook {
  readonly name = 'GradientNoise';
  readonly eta: number;
  private readonly noiseFunc: NoiseFunction;

  constructor(eta: number, options: { readonly noiseFunc?: NoiseFunction } = {}) {
    super();
    checkOptions('GradientNoise', options, ['noiseFunc']);
    this.eta = eta;
    this.noiseFunc = options.noiseFunc ?? exponentialDecayNoise;
  }

  apply(params: readonly Parameter[]): void {
    transformGradients(kernel, params, (p, g) => [
      g,
      this.noiseFunc(g, this, p.updateRule?.t ?? 0),
      lossScaleOf(p),
    ]);
  }
}
