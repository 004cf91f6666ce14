import type { VariableLike } from '../core/variable.ts';
import { parameter } from './distribution.ts';
import { type Formulas, ScalarDistribution } from './scalar-distribution.ts';

const formulas: Formulas = {
  logProb: (x, loc, scale) => x.sub(loc).abs().div(scale).neg().sub(scale.mul(2).log()),
  cdf: (x, loc, scale) => {
    const y = x.sub(loc).div(scale);
    const tail = y.abs().neg().exp().mul(0.5);
    return y.lt(0).where(tail, tail.neg().add(1));
  },
  icdf: (p, loc, scale) => {
    const h = p.sub(0.5);
    return loc.sub(scale.mul(h.sign()).mul(h.abs().mul(-2).log1p()));
  },
  entropy: (_, scale) => scale.mul(2).log().add(1),
  mean: (loc) => loc,
  variance: (_, scale) => scale.square().mul(2),
  mode: (loc) => loc,
  sample: (u, loc, scale) => {
    const h = u.sub(0.5);
    return loc.sub(scale.mul(h.sign()).mul(h.abs().mul(-2).log1p()));
  },
  kl: (m, s, m2, s2) => {
    const d = m.sub(m2).abs();
    return s2
      .div(s)
      .log()
      .add(d.div(s2))
      .add(s.div(s2).mul(d.div(s).neg().exp()))
      .sub(1);
  },
};

/**
 * Laplace distribution: `p(x) = exp(-|x - loc| / scale) / 2 scale`.
 *
 * @param loc mean
 * @param scale mean distance from it
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Laplace(xp.array([0]), xp.array([1])).prob(xp.array([1])).array.toArraySync(); // [0.184]
 */
export class Laplace extends ScalarDistribution {
  readonly support = 'real';

  constructor(loc: VariableLike, scale: VariableLike) {
    super(formulas, { loc: parameter('Laplace', 'loc', loc), scale: parameter('Laplace', 'scale', scale) });
  }
}
