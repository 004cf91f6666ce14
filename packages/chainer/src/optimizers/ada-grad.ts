import { updateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';

/** Hyperparameters of AdaGrad. */
export interface AdaGradHyperparameters {
  /** Learning rate; 0.001 unless given. */
  lr: number;
  /** Against division by zero; 1e-8 unless given. */
  eps: number;
}

const formula = updateFormula({
  name: 'AdaGrad',
  state: { h: 0 },
  scalars: { lr: (hp: AdaGradHyperparameters) => hp.lr, eps: (hp: AdaGradHyperparameters) => hp.eps },
  step: ({ p, grad, h, lr, eps }) => {
    const total = h.add(grad.square());
    return { p: p.sub(grad.mul(lr).div(total.sqrt().add(eps))), h: total };
  },
});

export interface AdaGrad extends AdaGradHyperparameters {}

/**
 * AdaGrad (Duchi et al., 2011): `h ← h + g²`, `p ← p - lr g / (√h + eps)`.
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * new optimizers.AdaGrad({ lr: 0.1 }).setup(new L.Linear(3, 2));
 */
export class AdaGrad extends GradientMethod<AdaGradHyperparameters> {
  constructor(options: Partial<AdaGradHyperparameters> = {}) {
    super({ lr: 0.001, eps: 1e-8 }, options);
  }

  protected override formulaFor(): typeof formula {
    return formula;
  }
}
