import type { VariableLike } from '../core/variable.ts';
import { parameter } from './distribution.ts';
import { type Formulas, ScalarDistribution } from './scalar-distribution.ts';

const formulas: Formulas = {
  logProb: (x, p) => {
    const inside = x.ge(1).and(x.eq(x.floor()));
    const before = x.max(1).sub(1);
    const failures = before.eq(0).where(0, before.mul(p.neg().log1p()));
    return inside.where(failures.add(p.log()), Number.NEGATIVE_INFINITY);
  },
  cdf: (x, p) => x.floor().max(0).mul(p.neg().log1p()).expm1().neg(),
  entropy: (p) => {
    const q = p.neg().add(1);
    const rest = q.gt(0).where(q.mul(q.gt(0).where(q, 1).log()), 0);
    return rest.add(p.mul(p.log())).neg().div(p);
  },
  mean: (p) => p.reciprocal(),
  variance: (p) => p.neg().add(1).div(p.square()),
  mode: (p) => p.mul(0).add(1),
  sample: (u, p) => u.log().div(p.neg().log1p()).ceil().max(1),
  kl: (p, q) => {
    const failures = p.reciprocal().sub(1).mul(p.neg().log1p().sub(q.neg().log1p()));
    return p.div(q).log().add(p.lt(1).where(failures, 0));
  },
};

/**
 * Geometric distribution: how many trials it takes to succeed, `P(x) = (1 - p)ˣ⁻¹ p` for x = 1, 2, …
 *
 * @param p probability of success in (0, 1]
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Geometric(xp.array([0.5])).prob(xp.array([2])).array.toArraySync(); // [0.250]
 */
export class Geometric extends ScalarDistribution {
  readonly support = 'positive integer';

  constructor(p: VariableLike) {
    super(formulas, { p: parameter('Geometric', 'p', p) });
  }
}
