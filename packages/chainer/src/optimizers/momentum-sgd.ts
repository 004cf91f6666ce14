import { updateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';

/** Hyperparameters of MomentumSGD, CorrectedMomentumSGD and NesterovAG. */
export interface MomentumHyperparameters {
  /** Learning rate; 0.01 unless given. */
  lr: number;
  /** How much of the velocity stays; 0.9 unless given. */
  momentum: number;
}

const formula = updateFormula({
  name: 'MomentumSGD',
  state: { v: 0 },
  scalars: {
    lr: (hp: MomentumHyperparameters) => hp.lr,
    momentum: (hp: MomentumHyperparameters) => hp.momentum,
  },
  step: ({ p, grad, v, lr, momentum }) => {
    const velocity = v.mul(momentum).sub(grad.mul(lr));
    return { p: p.add(velocity), v: velocity };
  },
});

export interface MomentumSGD extends MomentumHyperparameters {}

/**
 * SGD with momentum: `v ← momentum v - lr g`, `p ← p + v`.
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * new optimizers.MomentumSGD({ lr: 0.1, momentum: 0.9 }).setup(new L.Linear(3, 2));
 */
export class MomentumSGD extends GradientMethod<MomentumHyperparameters> {
  constructor(options: Partial<MomentumHyperparameters> = {}) {
    super({ lr: 0.01, momentum: 0.9 }, options);
  }

  protected override formulaFor(): typeof formula {
    return formula;
  }
}
