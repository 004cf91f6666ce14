import type { Variable, VariableLike } from '../core/variable.ts';
import { add } from '../functions/math/add.ts';
import { mul } from '../functions/math/arithmetic.ts';
import { ndtri } from '../functions/math/error-functions.ts';
import { exp } from '../functions/math/exponential.ts';
import { parameter } from './distribution.ts';
import { normalKl } from './normal.ts';
import { type Formulas, ScalarDistribution, within } from './scalar-distribution.ts';

const formulas: Formulas = {
  logProb: (x, mu, sigma) =>
    within(x.gt(0), x, 1, (t) => {
      const y = t.log().sub(mu).div(sigma);
      return y
        .square()
        .mul(-0.5)
        .sub(sigma.mul(t).log())
        .sub(Math.log(2 * Math.PI) / 2);
    }),
  cdf: (x, mu, sigma) => {
    const t = x.gt(0).where(x, 1);
    const y = t.log().sub(mu).div(sigma);
    return x.gt(0).where(y.mul(-Math.SQRT1_2).erfc().mul(0.5), 0);
  },
  entropy: (mu, sigma) => mu.add(sigma.log()).add(0.5 + Math.log(2 * Math.PI) / 2),
  mean: (mu, sigma) => mu.add(sigma.square().mul(0.5)).exp(),
  variance: (mu, sigma) => {
    const s = sigma.square();
    return mu.mul(2).add(s).exp().mul(s.expm1());
  },
  mode: (mu, sigma) => mu.sub(sigma.square()).exp(),
  noise: 'normal',
  sample: (z, mu, sigma) => z.mul(sigma).add(mu).exp(),
  kl: normalKl,
};

/**
 * Log-normal distribution: that of `exp(x)` where x is normal.
 *
 * @param mu mean of the logarithm
 * @param sigma its standard deviation
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.LogNormal(xp.array([0]), xp.array([1])).mode.array.toArraySync(); // [0.368]
 */
export class LogNormal extends ScalarDistribution {
  readonly support = 'positive';

  constructor(mu: VariableLike, sigma: VariableLike) {
    super(formulas, { mu: parameter('LogNormal', 'mu', mu), sigma: parameter('LogNormal', 'sigma', sigma) });
  }

  override icdf(p: VariableLike): Variable {
    const { mu, sigma } = this.params as { mu: Variable; sigma: Variable };
    return exp(add(mul(ndtri(p), sigma), mu));
  }
}
