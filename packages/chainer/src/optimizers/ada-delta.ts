import { updateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';

/** Hyperparameters of AdaDelta. */
export interface AdaDeltaHyperparameters {
  /** How much of the mean squares stays; 0.95 unless given. */
  rho: number;
  /** Added to both mean squares; 1e-6 unless given. */
  eps: number;
}

const formula = updateFormula({
  name: 'AdaDelta',
  state: { msg: 0, msdx: 0 },
  scalars: {
    rho: (hp: AdaDeltaHyperparameters) => hp.rho,
    fresh: (hp: AdaDeltaHyperparameters) => 1 - hp.rho,
    eps: (hp: AdaDeltaHyperparameters) => hp.eps,
  },
  step: ({ p, grad, msg, msdx, rho, fresh, eps }) => {
    const square = msg.mul(rho).add(grad.square().mul(fresh));
    const dx = msdx.add(eps).div(square.add(eps)).sqrt().mul(grad);
    return { p: p.sub(dx), msg: square, msdx: msdx.mul(rho).add(dx.square().mul(fresh)) };
  },
});

export interface AdaDelta extends AdaDeltaHyperparameters {}

/**
 * AdaDelta (Zeiler, 2012): `msg ← rho msg + (1 - rho) g²`, `dx = √((msdx + eps) / (msg + eps)) g`,
 * `msdx ← rho msdx + (1 - rho) dx²`, `p ← p - dx`.
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * new optimizers.AdaDelta().setup(new L.Linear(3, 2));
 */
export class AdaDelta extends GradientMethod<AdaDeltaHyperparameters> {
  constructor(options: Partial<AdaDeltaHyperparameters> = {}) {
    super({ rho: 0.95, eps: 1e-6 }, options);
  }

  protected override formulaFor(): typeof formula {
    return formula;
  }
}
