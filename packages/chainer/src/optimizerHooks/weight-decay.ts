import { input } from '@chainer/xp/functions';
import { Kernel } from '@chainer/xp/internal';
import type { Parameter } from '../core/parameter.ts';
import { OptimizerHook } from '../optimizers/hook.ts';
import { lossScaleOf, transformGradients } from './transform.ts';

/** Operands: gradient, parameter, rate. */
const kernel = /*#__PURE__*/ new Kernel('WeightDecay', [input(0).add(input(1).mul(input(2)))]);

/**
 * L2 regularisation: `g ← g + rate p`. Under loss scaling the rate is scaled with the loss.
 *
 * @example
 * import { links as L, optimizerHooks, optimizers } from 'chainer';
 * new optimizers.SGD().setup(new L.Linear(3, 2)).addHook(new optimizerHooks.WeightDecay(1e-4));
 */
export class WeightDecay extends OptimizerHook {
  readonly name = 'WeightDecay';
  readonly rate: number;

  constructor(rate: number) {
    super();
    this.rate = rate;
  }

  apply(params: readonly Parameter[]): void {
    transformGradients(kernel, params, (p, g) => [g, p.array, this.rate * lossScaleOf(p)]);
  }
}
