import { type AdamHyperparameters, adamFormula, correctedAlpha } from './adam-formula.ts';
import type { UpdateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';

const defaults: AdamHyperparameters = {
  alpha: 0.001,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  eta: 1,
  weightDecayRate: 0,
  amsgrad: false,
  adabound: false,
  finalLr: 0.1,
  gamma: 0.001,
  lazyRows: false,
};

export interface Adam extends AdamHyperparameters {}

/**
 * Adam (Kingma and Ba, 2014), with decoupled weight decay (Loshchilov and Hutter, 2017), AMSGrad (Reddi et al., 2018) and
 * AdaBound (Luo et al., 2019).
 *
 * `m ← m + (1 - beta1) (g - m)`, `v ← v + (1 - beta2) (g² - v)`,
 * `p ← p - eta (alpha_t m / (√v + eps) + weightDecayRate p)`, where `alpha_t = alpha √(1 - beta2ᵗ) / (1 - beta1ᵗ)`
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * const optimizer = new optimizers.Adam({ alpha: 0.01 }).setup(new L.Linear(3, 2));
 * optimizer.beta1; // 0.9
 */
export class Adam extends GradientMethod<AdamHyperparameters> {
  constructor(options: Partial<AdamHyperparameters> = {}) {
    super(defaults, options);
  }

  protected override formulaFor(hp: AdamHyperparameters): UpdateFormula<AdamHyperparameters> {
    return adamFormula(hp);
  }

  /** The step size of the last update, corrected for the means' start at 0. @throws {Error} before the first update. */
  get alphaT(): number {
    if (this.t === 0)
      throw new Error(`[${this.constructor.name}.alphaT] there is no step size before the first update`);
    return correctedAlpha(this.hyperparam, this.t);
  }

  /** `alphaT`, under the name other optimizers have for it; extensions that show the learning rate read it. */
  get lr(): number {
    return this.alphaT;
  }
}

/** Adam with decoupled weight decay (Loshchilov and Hutter, 2017): `p ← p - eta (alpha_t m / (√v + eps) + weightDecayRate p)`. */
export class AdamW extends Adam {
  constructor(
    options: Partial<Omit<AdamHyperparameters, 'amsgrad' | 'adabound' | 'finalLr' | 'gamma'>> = {},
  ) {
    super(options);
  }
}

/** Adam that divides by the greatest mean square so far (Reddi et al., 2018). */
export class AMSGrad extends Adam {
  constructor(
    options: Partial<
      Omit<AdamHyperparameters, 'amsgrad' | 'adabound' | 'finalLr' | 'gamma' | 'weightDecayRate'>
    > = {},
  ) {
    super({ ...options, amsgrad: true });
  }
}

/** Adam whose learning rates are held between bounds that close in on `finalLr` (Luo et al., 2019). */
export class AdaBound extends Adam {
  constructor(options: Partial<Omit<AdamHyperparameters, 'amsgrad' | 'adabound' | 'weightDecayRate'>> = {}) {
    super({ ...options, adabound: true });
  }
}

/** AdaBound with the greatest mean square so far. */
export class AMSBound extends Adam {
  constructor(options: Partial<Omit<AdamHyperparameters, 'amsgrad' | 'adabound' | 'weightDecayRate'>> = {}) {
    super({ ...options, amsgrad: true, adabound: true });
  }
}
