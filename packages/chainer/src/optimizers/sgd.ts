import { updateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';

/** Hyperparameters of SGD. */
export interface SGDHyperparameters {
  /** Learning rate; 0.01 unless given. */
  lr: number;
}

const formula = updateFormula({
  name: 'SGD',
  state: {},
  scalars: { lr: (hp: SGDHyperparameters) => hp.lr },
  byRows: () => true,
  step: ({ p, grad, lr }) => ({ p: p.sub(grad.mul(lr)) }),
});

export interface SGD extends SGDHyperparameters {}

/**
 * Stochastic gradient descent: `p ← p - lr g`. Of an embedding only the rows that were used are read and written.
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * const optimizer = new optimizers.SGD({ lr: 0.1 }).setup(new L.Linear(3, 2));
 * optimizer.lr = 0.05;
 */
export class SGD extends GradientMethod<SGDHyperparameters> {
  constructor(options: Partial<SGDHyperparameters> = {}) {
    super({ lr: 0.01 }, options);
  }

  protected override formulaFor(): typeof formula {
    return formula;
  }
}
