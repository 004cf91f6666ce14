import { type RuleState, type UpdateFormula, updateFormula } from './formula.ts';

/** Hyperparameters of Adam and its variants. */
export interface AdamHyperparameters {
  /** Step size; 0.001 unless given. */
  alpha: number;
  /** How much of the mean gradient stays; 0.9 unless given. */
  beta1: number;
  /** How much of the mean square stays; 0.999 unless given. */
  beta2: number;
  /** Against division by zero; 1e-8 unless given. */
  eps: number;
  /** Factor of the whole step, weight decay included; 1 unless given. */
  eta: number;
  /** Decoupled weight decay; 0 unless given. */
  weightDecayRate: number;
  /** Divide by the greatest mean square so far (AMSGrad). */
  amsgrad: boolean;
  /** Hold the learning rate of each element between bounds that close in on `finalLr` (AdaBound). */
  adabound: boolean;
  /** The learning rate in the end, with `adabound`; 0.1 unless given. */
  finalLr: number;
  /** How fast the bounds close in, with `adabound`; 0.001 unless given. */
  gamma: number;
  /**
   * Of embeddings, update the rows that were used and no others; false unless given. Rows that were not used keep their value and their
   * means, where the dense update lets these fade, moves the rows on and decays them: a different, cheaper method. An id that is ignored counts as a
   * use of row 0 by a gradient of zero.
   */
  lazyRows: boolean;
}

type HP = AdamHyperparameters;

/** The step size of update `t`, corrected for the means' start at 0: `alpha √(1 - beta2ᵗ) / (1 - beta1ᵗ)`. */
export function correctedAlpha(hp: HP, t: number): number {
  return (hp.alpha * Math.sqrt(1 - hp.beta2 ** t)) / (1 - hp.beta1 ** t);
}

/** The learning rate in the end, which follows `alpha` when that is changed. */
const finalRate = (hp: HP, rule: RuleState<HP>): number => (hp.finalLr * hp.alpha) / rule.initially.alpha;

type State = 'm' | 'v' | 'vhat';
type Scalar = (hp: HP, rule: RuleState<HP>) => number;
type Scalars = 'newM' | 'newV' | 'eps' | 'rate' | 'kept' | 'eta' | 'low' | 'high';

const always = {
  newM: (hp: HP) => 1 - hp.beta1,
  newV: (hp: HP) => 1 - hp.beta2,
  eps: (hp: HP) => hp.eps,
};
const plain = { rate: (hp: HP, { t }: RuleState<HP>) => hp.eta * correctedAlpha(hp, t) };
const bounded = {
  rate: (hp: HP, { t }: RuleState<HP>) => correctedAlpha(hp, t),
  eta: (hp: HP) => hp.eta,
  low: (hp: HP, rule: RuleState<HP>) => finalRate(hp, rule) * (1 - 1 / (hp.gamma * rule.t + 1)),
  high: (hp: HP, rule: RuleState<HP>) => finalRate(hp, rule) * (1 + 1 / (hp.gamma * rule.t)),
};
const decaying = { kept: (hp: HP) => 1 - hp.eta * hp.weightDecayRate };

/** A variant has just the state and scalars that it needs: each costs time at every element. */
function variant(amsgrad: boolean, adabound: boolean, decays: boolean): UpdateFormula<HP> {
  return updateFormula({
    name: 'Adam',
    state: (amsgrad ? { m: 0, v: 0, vhat: 0 } : { m: 0, v: 0 }) as Record<State, number>,
    scalars: { ...always, ...(adabound ? bounded : plain), ...(decays ? decaying : null) } as Partial<
      Record<Scalars, Scalar>
    > as Record<Scalars, Scalar>,
    byRows: (hp) => hp.lazyRows,
    step: (x) => {
      const m = x.m.add(x.grad.sub(x.m).mul(x.newM));
      const v = x.v.add(x.grad.square().sub(x.v).mul(x.newV));
      const vhat = amsgrad ? x.vhat.maximum(v) : v;
      const root = vhat.sqrt().add(x.eps);
      const step = adabound
        ? x.rate.div(root).clip(x.low, x.high).mul(m).mul(x.eta)
        : m.mul(x.rate).div(root);
      return { p: (decays ? x.p.mul(x.kept) : x.p).sub(step), m, v, vhat };
    },
  });
}

const variants: (UpdateFormula<HP> | undefined)[] = [];

/** The formula that those hyperparameters ask for. */
export function adamFormula(hp: HP): UpdateFormula<HP> {
  const k = (hp.amsgrad ? 1 : 0) + (hp.adabound ? 2 : 0) + (hp.weightDecayRate !== 0 ? 4 : 0);
  let formula = variants[k];
  if (formula === undefined) {
    formula = variant(hp.amsgrad, hp.adabound, hp.weightDecayRate !== 0);
    variants[k] = formula;
  }
  return formula;
}
