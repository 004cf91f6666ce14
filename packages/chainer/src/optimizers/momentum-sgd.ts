import { updateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';

/** Hyperparameters of MomentumSGD, CorrectedMomentumSGD and NesterovAG. */
export interface MomentumHyperparameters {
  /** Learning rate; 0.01 unless given. */
  lr: number;
  /** How much of the velocity stays; 0.9 unless given. */
  momentum: number;
}

/** Hyperparameters of MomentumSGD. */
export interface MomentumSGDHyperparameters extends MomentumHyperparameters {
  /**
   * Of embeddings, update the rows that were used and no others; false unless given. Rows that were not used keep their value and their
   * velocity, where the dense update moves them on and slows them down: a different, cheaper method. An id that is ignored counts as a use of
   * row 0 by a gradient of zero.
   */
  lazyRows: boolean;
}

const formula = updateFormula({
  name: 'MomentumSGD',
  state: { v: 0 },
  scalars: {
    lr: (hp: MomentumSGDHyperparameters) => hp.lr,
    momentum: (hp: MomentumSGDHyperparameters) => hp.momentum,
  },
  byRows: (hp) => hp.lazyRows,
  step: ({ p, grad, v, lr, momentum }) => {
    const velocity = v.mul(momentum).sub(grad.mul(lr));
    return { p: p.add(velocity), v: velocity };
  },
});

export interface MomentumSGD extends MomentumSGDHyperparameters {}

/**
 * SGD with momentum: `v ← momentum v - lr g`, `p ← p + v`. With `lazyRows`, of an embedding only the rows that were used.
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * new optimizers.MomentumSGD({ lr: 0.1, momentum: 0.9 }).setup(new L.Linear(3, 2));
 */
export class MomentumSGD extends GradientMethod<MomentumSGDHyperparameters> {
  constructor(options: Partial<MomentumSGDHyperparameters> = {}) {
    super({ lr: 0.01, momentum: 0.9, lazyRows: false }, options);
  }

  protected override formulaFor(): typeof formula {
    return formula;
  }
}
