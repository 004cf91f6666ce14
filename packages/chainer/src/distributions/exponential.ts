import type { VariableLike } from '../core/variable.ts';
import { parameter } from './distribution.ts';
import { type Formulas, ScalarDistribution, within } from './scalar-distribution.ts';

const formulas: Formulas = {
  logProb: (x, lam) => within(x.ge(0), x, 1, (t) => lam.log().sub(lam.mul(t))),
  cdf: (x, lam) => lam.mul(x.max(0)).neg().expm1().neg(),
  survivalFunction: (x, lam) => lam.mul(x.max(0)).neg().exp(),
  logSurvivalFunction: (x, lam) => lam.mul(x.max(0)).neg(),
  icdf: (p, lam) => p.neg().log1p().neg().div(lam),
  entropy: (lam) => lam.log().neg().add(1),
  mean: (lam) => lam.reciprocal(),
  variance: (lam) => lam.square().reciprocal(),
  mode: (lam) => lam.mul(0),
  sample: (u, lam) => u.log().neg().div(lam),
  kl: (l, l2) => l.div(l2).log().add(l2.div(l)).sub(1),
};

/**
 * Exponential distribution: `p(x) = lam exp(-lam x)` for x from 0.
 *
 * @param lam rate
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Exponential(xp.array([2])).mean.array.toArraySync(); // [0.5]
 */
export class Exponential extends ScalarDistribution {
  readonly support = 'positive';

  constructor(lam: VariableLike) {
    super(formulas, { lam: parameter('Exponential', 'lam', lam) });
  }
}
