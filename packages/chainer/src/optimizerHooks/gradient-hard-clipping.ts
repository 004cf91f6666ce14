import { input } from '@chainer/xp/functions';
import { Kernel } from '@chainer/xp/internal';
import type { Parameter } from '../core/parameter.ts';
import { OptimizerHook } from '../optimizers/hook.ts';
import { lossScaleOf, transformGradients } from './transform.ts';

/** Operands: gradient, lower and upper bound. */
const kernel = /*#__PURE__*/ new Kernel('GradientHardClipping', [input(0).clip(input(1), input(2))]);

/**
 * Holds every element of the gradients between two bounds. Under loss scaling the bounds are scaled with the loss.
 *
 * @example
 * import { links as L, optimizerHooks, optimizers } from 'chainer';
 * new optimizers.SGD().setup(new L.Linear(3, 2)).addHook(new optimizerHooks.GradientHardClipping(-1, 1));
 */
export class GradientHardClipping extends OptimizerHook {
  readonly name = 'GradientHardClipping';
  readonly lowerBound: number;
  readonly upperBound: number;

  constructor(lowerBound: number, upperBound: number) {
    super();
    this.lowerBound = lowerBound;
    this.upperBound = upperBound;
  }

  apply(params: readonly Parameter[]): void {
    transformGradients(kernel, params, (p, g) => {
      const scale = lossScaleOf(p);
      return [g, this.lowerBound * scale, this.upperBound * scale];
    });
  }
}
