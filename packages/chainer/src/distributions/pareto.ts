import type { VariableLike } from '../core/variable.ts';
import { parameter } from './distribution.ts';
import { type Formulas, ScalarDistribution } from './scalar-distribution.ts';

const formulas: Formulas = {
  logProb: (x, scale, alpha) =>
    x.ge(scale).where(
      alpha
        .log()
        .add(alpha.mul(scale.log()))
        .sub(alpha.add(1).mul(x.max(scale).log())),
      Number.NEGATIVE_INFINITY,
    ),
  cdf: (x, scale, alpha) =>
    alpha
      .mul(scale.div(x.max(scale)).log())
      .expm1()
      .neg(),
  survivalFunction: (x, scale, alpha) => alpha.mul(scale.div(x.max(scale)).log()).exp(),
  logSurvivalFunction: (x, scale, alpha) => alpha.mul(scale.div(x.max(scale)).log()),
  icdf: (p, scale, alpha) => scale.mul(p.neg().log1p().div(alpha).neg().exp()),
  entropy: (scale, alpha) => scale.div(alpha).log().add(alpha.reciprocal()).add(1),
  mean: (scale, alpha) => {
    const finite = alpha.gt(1);
    return finite.where(alpha.mul(scale).div(finite.where(alpha, 2).sub(1)), Number.POSITIVE_INFINITY);
  },
  variance: (scale, alpha) => {
    const finite = alpha.gt(2);
    const a = finite.where(alpha, 3);
    const value = scale
      .square()
      .mul(a)
      .div(a.sub(1).square().mul(a.sub(2)));
    return finite.where(value, Number.POSITIVE_INFINITY);
  },
  mode: (scale) => scale,
  sample: (u, scale, alpha) => scale.mul(u.log().div(alpha).neg().exp()),
  kl: (s, a, s2, a2) => {
    const value = a2.mul(s.div(s2).log()).add(a.div(a2).log()).add(a2.div(a)).sub(1);
    return s.ge(s2).where(value, Number.POSITIVE_INFINITY);
  },
};

/**
 * Pareto distribution: `p(x) = alpha scaleᵃ / xᵃ⁺¹` for x from scale, a = alpha.
 *
 * @param scale the least value
 * @param alpha positive; the mean is infinite up to 1, the variance up to 2
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Pareto(xp.array([1]), xp.array([3])).mean.array.toArraySync(); // [1.5]
 */
export class Pareto extends ScalarDistribution {
  readonly support = '[scale, inf]';

  constructor(scale: VariableLike, alpha: VariableLike) {
    super(formulas, {
      scale: parameter('Pareto', 'scale', scale),
      alpha: parameter('Pareto', 'alpha', alpha),
    });
  }
}
