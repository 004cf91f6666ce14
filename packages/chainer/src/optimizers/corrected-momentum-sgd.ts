import { updateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';
import type { MomentumHyperparameters } from './momentum-sgd.ts';

const formula = updateFormula({
  name: 'CorrectedMomentumSGD',
  state: { v: 0 },
  scalars: {
    lr: (hp: MomentumHyperparameters) => hp.lr,
    momentum: (hp: MomentumHyperparameters) => hp.momentum,
  },
  step: ({ p, grad, v, lr, momentum }) => {
    const velocity = v.mul(momentum).sub(grad);
    return { p: p.add(velocity.mul(lr)), v: velocity };
  },
});

export interface CorrectedMomentumSGD extends MomentumHyperparameters {}

/**
 * SGD with momentum whose velocity knows nothing of the learning rate, so that a new one acts at once:
 * `v ← momentum v - g`, `p ← p + lr v`.
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * new optimizers.CorrectedMomentumSGD({ lr: 0.1 }).setup(new L.Linear(3, 2));
 */
export class CorrectedMomentumSGD extends GradientMethod<MomentumHyperparameters> {
  constructor(options: Partial<MomentumHyperparameters> = {}) {
    super({ lr: 0.01, momentum: 0.9 }, options);
  }

  protected override formulaFor(): typeof formula {
    return formula;
  }
}
