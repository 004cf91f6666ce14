import { updateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';
import type { MomentumHyperparameters } from './momentum-sgd.ts';

const formula = updateFormula({
  name: 'NesterovAG',
  state: { v: 0 },
  scalars: {
    lr: (hp: MomentumHyperparameters) => hp.lr,
    momentum: (hp: MomentumHyperparameters) => hp.momentum,
    squared: (hp: MomentumHyperparameters) => hp.momentum ** 2,
    ahead: (hp: MomentumHyperparameters) => (1 + hp.momentum) * hp.lr,
  },
  step: ({ p, grad, v, lr, momentum, squared, ahead }) => {
    const velocity = v.mul(momentum).sub(grad.mul(lr));
    return { p: p.add(velocity.mul(squared)).sub(grad.mul(ahead)), v: velocity };
  },
});

export interface NesterovAG extends MomentumHyperparameters {}

/**
 * Nesterov's accelerated gradient, upstream's form: `v ← momentum v - lr g`, `p ← p + momentum² v - (1 + momentum) lr g`.
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * new optimizers.NesterovAG({ lr: 0.1 }).setup(new L.Linear(3, 2));
 */
export class NesterovAG extends GradientMethod<MomentumHyperparameters> {
  constructor(options: Partial<MomentumHyperparameters> = {}) {
    super({ lr: 0.01, momentum: 0.9 }, options);
  }

  protected override formulaFor(): typeof formula {
    return formula;
  }
}
