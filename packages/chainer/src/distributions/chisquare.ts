import { multiply } from '@chainer/xp/functions';
import { digammaOf, lgammaOf } from '@chainer/xp/internal';
import { asVariable, type Variable, type VariableLike } from '../core/variable.ts';
import { mul } from '../functions/math/arithmetic.ts';
import { maximum } from '../functions/math/maximum.ts';
import { parameter } from './distribution.ts';
import { standardGamma } from './gamma-draws.ts';
import { incompleteGamma, incompleteGammaInverse } from './incomplete.ts';
import { type Formulas, ScalarDistribution, within } from './scalar-distribution.ts';

const formulas: Formulas = {
  logProb: (x, k) =>
    within(x.gt(0), x, 1, (t) => {
      const h = k.mul(0.5);
      return h.sub(1).mul(t.log()).sub(t.mul(0.5)).sub(h.mul(Math.LN2)).sub(lgammaOf(h));
    }),
  entropy: (k) => {
    const h = k.mul(0.5);
    return h
      .add(Math.LN2)
      .add(lgammaOf(h))
      .add(h.neg().add(1).mul(digammaOf(h)));
  },
  mean: (k) => k,
  variance: (k) => k.mul(2),
  mode: (k) => k.sub(2).max(0),
  kl: (k, k2) => {
    const [h, h2] = [k.mul(0.5), k2.mul(0.5)];
    return h.sub(h2).mul(digammaOf(h)).sub(lgammaOf(h)).add(lgammaOf(h2));
  },
};

/**
 * Chi-square distribution: that of the sum of k squared standard normal numbers.
 *
 * @param k degrees of freedom
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Chisquare(xp.array([3])).variance.array.toArraySync(); // [6]
 */
export class Chisquare extends ScalarDistribution {
  readonly support = 'positive';

  constructor(k: VariableLike) {
    super(formulas, { k: parameter('Chisquare', 'k', k) });
  }

  override cdf(x: VariableLike): Variable {
    return incompleteGamma(mul(this.params.k as Variable, 0.5), maximum(mul(x, 0.5), 0));
  }

  override icdf(p: VariableLike): Variable {
    return mul(incompleteGammaInverse(mul(this.params.k as Variable, 0.5), p), 2);
  }

  override sampleN(n: number): Variable {
    const { array } = this.params.k as Variable;
    return asVariable(multiply(standardGamma(multiply(array, 0.5), [n]), 2));
  }
}
