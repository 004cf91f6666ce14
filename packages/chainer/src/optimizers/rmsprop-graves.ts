import { updateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';

/** Hyperparameters of RMSpropGraves. */
export interface RMSpropGravesHyperparameters {
  /** Learning rate; 1e-4 unless given. */
  lr: number;
  /** How much of the means stays; 0.95 unless given. */
  alpha: number;
  /** How much of the last step stays; 0.9 unless given. */
  momentum: number;
  /** Against division by zero, inside the root; 1e-4 unless given. */
  eps: number;
}

type HP = RMSpropGravesHyperparameters;

const formula = updateFormula({
  name: 'RMSpropGraves',
  state: { n: 0, g: 0, delta: 0 },
  scalars: {
    lr: (hp: HP) => hp.lr,
    alpha: (hp: HP) => hp.alpha,
    fresh: (hp: HP) => 1 - hp.alpha,
    momentum: (hp: HP) => hp.momentum,
    eps: (hp: HP) => hp.eps,
  },
  step: ({ p, grad, n, g, delta, lr, alpha, fresh, momentum, eps }) => {
    const square = n.mul(alpha).add(grad.square().mul(fresh));
    const mean = g.mul(alpha).add(grad.mul(fresh));
    const step = delta.mul(momentum).sub(grad.mul(lr).div(square.sub(mean.square()).add(eps).sqrt()));
    return { p: p.add(step), n: square, g: mean, delta: step };
  },
});

export interface RMSpropGraves extends RMSpropGravesHyperparameters {}

/**
 * RMSprop by the variance, with momentum (Graves, Generating sequences with recurrent neural networks, 2013):
 * `n ← alpha n + (1 - alpha) grad²`, `g ← alpha g + (1 - alpha) grad`, `delta ← momentum delta - lr grad / √(n - g² + eps)`,
 * `p ← p + delta`.
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * new optimizers.RMSpropGraves().setup(new L.Linear(3, 2));
 */
export class RMSpropGraves extends GradientMethod<RMSpropGravesHyperparameters> {
  constructor(options: Partial<RMSpropGravesHyperparameters> = {}) {
    super({ lr: 1e-4, alpha: 0.95, momentum: 0.9, eps: 1e-4 }, options);
  }

  protected override formulaFor(): typeof formula {
    return formula;
  }
}
