import { lgammaOf } from '@chainer/xp/internal';
import { asVariable, type Variable, type VariableLike } from '../core/variable.ts';
import { parameter } from './distribution.ts';
import { poissonDraws } from './gamma-draws.ts';
import { type Formulas, ScalarDistribution } from './scalar-distribution.ts';

const formulas: Formulas = {
  logProb: (x, lam) => {
    const inside = x.ge(0).and(x.eq(x.floor()));
    const t = inside.where(x, 0);
    const power = t.eq(0).where(0, t.mul(lam.log()));
    return inside.where(power.sub(lgammaOf(t.add(1))).sub(lam), Number.NEGATIVE_INFINITY);
  },
  mean: (lam) => lam,
  variance: (lam) => lam,
  mode: (lam) => lam.floor(),
  kl: (l, l2) => l.mul(l.div(l2).log()).sub(l).add(l2),
};

/**
 * Poisson distribution: `P(x) = lamˣ exp(-lam) / x!`. Draws have the dtype of lam.
 *
 * @param lam mean
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Poisson(xp.array([2])).prob(xp.array([0])).array.toArraySync(); // [0.135]
 */
export class Poisson extends ScalarDistribution {
  readonly support = 'non negative integer';

  constructor(lam: VariableLike) {
    super(formulas, { lam: parameter('Poisson', 'lam', lam) });
  }

  override sampleN(n: number): Variable {
    return asVariable(poissonDraws((this.params.lam as Variable).array, [n]));
  }
}
