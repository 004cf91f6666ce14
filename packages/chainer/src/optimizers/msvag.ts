import { type RuleState, updateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';

/** Hyperparameters of MSVAG. */
export interface MSVAGHyperparameters {
  /** Learning rate; 0.1 unless given. */
  lr: number;
  /** How much of the means stays; 0.9 unless given. */
  beta: number;
  /** Factor of the whole step, weight decay included; 1 unless given. */
  eta: number;
  /** Decoupled weight decay; 0 unless given. */
  weightDecayRate: number;
}

type HP = MSVAGHyperparameters;

/** `rho / (1 - rho)`, where `rho = (1 - beta) (1 + betaᵗ) / ((1 + beta) (1 - betaᵗ))`; the first step trusts the gradient: 0. */
function noise(hp: HP, { t }: RuleState<HP>): number {
  if (t === 1) return 0;
  const power = hp.beta ** t;
  const rho = ((1 - hp.beta) * (1 + power)) / ((1 + hp.beta) * (1 - power));
  return rho / (1 - rho);
}

const formula = updateFormula({
  name: 'MSVAG',
  state: { m: 0, v: 0 },
  scalars: {
    fresh: (hp: HP) => 1 - hp.beta,
    correction: (hp: HP, { t }) => 1 / (1 - hp.beta ** t),
    noise,
    rate: (hp: HP) => hp.eta * hp.lr,
    kept: (hp: HP) => 1 - hp.eta * hp.weightDecayRate,
  },
  step: ({ p, grad, m, v, fresh, correction, noise, rate, kept }) => {
    const mean = m.add(grad.sub(m).mul(fresh));
    const square = v.add(grad.square().sub(v).mul(fresh));
    const corrected = mean.mul(correction);
    const signal = corrected.square();
    const variance = square.mul(correction).sub(signal).maximum(0);
    const factor = signal.eq(0).where(0, signal.div(signal.add(variance.mul(noise))));
    return { p: p.mul(kept).sub(corrected.mul(factor).mul(rate)), m: mean, v: square };
  },
});

export interface MSVAG extends MSVAGHyperparameters {}

/**
 * M-SVAG: momentum whose step is damped where gradients are noisy (Balles and Hennig, Dissecting Adam, 2018).
 *
 * `m ← beta m + (1 - beta) grad`, `v ← beta v + (1 - beta) grad²`, `m̂, v̂ = m, v / (1 - betaᵗ)`, `s = (v̂ - m̂²) / (1 - rho)`,
 * `p ← p - eta (lr m̂³ / (m̂² + rho s) + weightDecayRate p)`
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * new optimizers.MSVAG().setup(new L.Linear(3, 2));
 */
export class MSVAG extends GradientMethod<MSVAGHyperparameters> {
  constructor(options: Partial<MSVAGHyperparameters> = {}) {
    super({ lr: 0.1, beta: 0.9, eta: 1, weightDecayRate: 0 }, options);
  }

  protected override formulaFor(): typeof formula {
    return formula;
  }
}
