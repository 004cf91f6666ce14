import { lgammaOf } from '@chainer/xp/internal';
import type { VariableLike } from '../core/variable.ts';
import { parameter } from './distribution.ts';
import { type Formulas, ScalarDistribution } from './scalar-distribution.ts';

const euler = 0.5772156649015329;

const formulas: Formulas = {
  logProb: (x, loc, scale) => {
    const y = x.sub(loc).div(scale);
    return y.neg().sub(y.neg().exp()).sub(scale.log());
  },
  cdf: (x, loc, scale) => x.sub(loc).div(scale).neg().exp().neg().exp(),
  logCdf: (x, loc, scale) => x.sub(loc).div(scale).neg().exp().neg(),
  icdf: (p, loc, scale) => loc.sub(scale.mul(p.log().neg().log())),
  entropy: (_, scale) => scale.log().add(1 + euler),
  mean: (loc, scale) => loc.add(scale.mul(euler)),
  variance: (_, scale) => scale.square().mul(Math.PI ** 2 / 6),
  mode: (loc) => loc,
  sample: (u, loc, scale) => loc.sub(scale.mul(u.log().neg().log())),
  kl: (m, s, m2, s2) => {
    const ratio = s.div(s2);
    const shift = m.sub(m2).div(s2);
    const moment = lgammaOf(ratio.add(1)).sub(shift).exp();
    return ratio.log().neg().add(ratio.sub(1).mul(euler)).add(moment).sub(1).add(shift);
  },
};

/**
 * Gumbel distribution: `p(x) = exp(-y - e⁻ʸ) / scale`, `y = (x - loc) / scale`.
 *
 * @param loc the mode
 * @param scale positive
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Gumbel(xp.array([0]), xp.array([1])).mean.array.toArraySync(); // [0.577]
 */
export class Gumbel extends ScalarDistribution {
  readonly support = 'real';

  constructor(loc: VariableLike, scale: VariableLike) {
    super(formulas, { loc: parameter('Gumbel', 'loc', loc), scale: parameter('Gumbel', 'scale', scale) });
  }
}
