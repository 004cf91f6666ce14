import type { VariableLike } from '../core/variable.ts';
import { parameter } from './distribution.ts';
import { type Formulas, ScalarDistribution } from './scalar-distribution.ts';

const formulas: Formulas = {
  logProb: (x, loc, scale) =>
    x.sub(loc).div(scale).square().log1p().neg().sub(scale.log()).sub(Math.log(Math.PI)),
  cdf: (x, loc, scale) =>
    x
      .sub(loc)
      .div(scale)
      .arctan()
      .mul(1 / Math.PI)
      .add(0.5),
  icdf: (p, loc, scale) => p.sub(0.5).mul(Math.PI).tan().mul(scale).add(loc),
  entropy: (_, scale) => scale.log().add(Math.log(4 * Math.PI)),
  mean: (loc) => loc.mul(Number.NaN),
  variance: (loc) => loc.mul(Number.NaN),
  mode: (loc) => loc,
  sample: (u, loc, scale) => u.sub(0.5).mul(Math.PI).tan().mul(scale).add(loc),
  // Chyzak and Nielsen (2019)
  kl: (m, s, m2, s2) => s.add(s2).square().add(m.sub(m2).square()).div(s.mul(s2).mul(4)).log(),
};

/**
 * Cauchy distribution: `p(x) = 1 / (π scale (1 + ((x - loc) / scale)²))`. It has neither mean nor variance: both are NaN.
 *
 * @param loc the median
 * @param scale half the width at half the height
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Cauchy(xp.array([0]), xp.array([1])).cdf(xp.array([1])).array.toArraySync(); // [0.750]
 */
export class Cauchy extends ScalarDistribution {
  readonly support = 'real';

  constructor(loc: VariableLike, scale: VariableLike) {
    super(formulas, { loc: parameter('Cauchy', 'loc', loc), scale: parameter('Cauchy', 'scale', scale) });
  }
}
