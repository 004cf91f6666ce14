import { updateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';

/** Hyperparameters of SMORMS3. */
export interface SMORMS3Hyperparameters {
  /** Greatest learning rate; 0.001 unless given. */
  lr: number;
  /** Against division by zero; 1e-16 unless given. */
  eps: number;
}

const formula = updateFormula({
  name: 'SMORMS3',
  state: { mem: 1, g: 0, g2: 0 },
  scalars: { lr: (hp: SMORMS3Hyperparameters) => hp.lr, eps: (hp: SMORMS3Hyperparameters) => hp.eps },
  step: ({ p, grad, mem, g, g2, lr, eps }) => {
    const r = mem.add(1).reciprocal();
    const mean = g.add(grad.sub(g).mul(r));
    const square = g2.add(grad.square().sub(g2).mul(r));
    const x = mean.square().div(square.add(eps));
    const rate = x.minimum(lr);
    return {
      p: p.sub(grad.mul(rate).div(square.sqrt().add(eps))),
      mem: mem.mul(x.neg().add(1)).add(1),
      g: mean,
      g2: square,
    };
  },
});

export interface SMORMS3 extends SMORMS3Hyperparameters {}

/**
 * Squared mean over root mean squared cubed (Funk, 2015): `r = 1 / (mem + 1)`, `g ← (1 - r) g + r grad`,
 * `g2 ← (1 - r) g2 + r grad²`, `x = g² / (g2 + eps)`, `p ← p - min(lr, x) grad / (√g2 + eps)`, `mem ← 1 + (1 - x) mem`.
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * new optimizers.SMORMS3().setup(new L.Linear(3, 2));
 */
export class SMORMS3 extends GradientMethod<SMORMS3Hyperparameters> {
  constructor(options: Partial<SMORMS3Hyperparameters> = {}) {
    super({ lr: 0.001, eps: 1e-16 }, options);
  }

  protected override formulaFor(): typeof formula {
    return formula;
  }
}
