import type { Expr } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import type { Variable, VariableLike } from '../core/variable.ts';
import { add } from '../functions/math/add.ts';
import { div, mul, sub } from '../functions/math/arithmetic.ts';
import { logNdtr, ndtri } from '../functions/math/error-functions.ts';
import { exp, log } from '../functions/math/exponential.ts';
import { neg } from '../functions/math/neg.ts';
import { parameter } from './distribution.ts';
import { type Formulas, ScalarDistribution } from './scalar-distribution.ts';

const halfLogTwoPi = Math.log(2 * Math.PI) / 2;

/** The divergence of two normal distributions. */
export function normalKl(m: Expr, s: Expr, m2: Expr, s2: Expr): Expr {
  const ratio = s.div(s2);
  return ratio.square().add(m.sub(m2).div(s2).square()).sub(1).mul(0.5).sub(ratio.log());
}

const formulas: Formulas = {
  logProb: (x, loc, scale) => x.sub(loc).div(scale).square().mul(-0.5).sub(scale.log()).sub(halfLogTwoPi),
  cdf: (x, loc, scale) => x.sub(loc).div(scale).mul(-Math.SQRT1_2).erfc().mul(0.5),
  survivalFunction: (x, loc, scale) => x.sub(loc).div(scale).mul(Math.SQRT1_2).erfc().mul(0.5),
  entropy: (_, scale) => scale.log().add(halfLogTwoPi + 0.5),
  mean: (loc) => loc,
  variance: (_, scale) => scale.square(),
  mode: (loc) => loc,
  noise: 'normal',
  sample: (z, loc, scale) => z.mul(scale).add(loc),
  kl: normalKl,
};

/**
 * Normal distribution.
 *
 * `p(x) = exp(-(x - loc)² / 2 scale²) / (scale √2π)`
 *
 * @param loc mean
 * @param scale standard deviation; or null with `logScale`, its logarithm, in the options. Parameters broadcast.
 * @throws {ValueError} unless exactly one of scale and logScale is given.
 * @example
 * import { distributions as D, xp } from 'chainer';
 * const p = new D.Normal(xp.array([0, 1]), xp.array([1, 2]));
 * p.logProb(xp.array([0, 0])).array.toArraySync(); // [-0.919, -1.737]
 * p.sample(3).shape; // [3, 2]
 */
export class Normal extends ScalarDistribution {
  readonly support = 'real';

  constructor(
    loc: VariableLike,
    scale?: VariableLike | null,
    options: { readonly logScale?: VariableLike | null } = {},
  ) {
    checkOptions('Normal', options, ['logScale']);
    super(formulas, { loc: parameter('Normal', 'loc', loc), scale: scaleOf(scale, options.logScale) });
  }

  /** Logarithm of the standard deviation. */
  get logScale(): Variable {
    return log(this.params.scale as Variable);
  }
  override icdf(p: VariableLike): Variable {
    const { loc, scale } = this.params as { loc: Variable; scale: Variable };
    return add(mul(ndtri(p), scale), loc);
  }
  override logCdf(x: VariableLike): Variable {
    return logNdtr(this.standardised(x));
  }
  override logSurvivalFunction(x: VariableLike): Variable {
    return logNdtr(neg(this.standardised(x)));
  }

  private standardised(x: VariableLike): Variable {
    const { loc, scale } = this.params as { loc: Variable; scale: Variable };
    return div(neg(sub(loc, x)), scale);
  }
}

function scaleOf(
  scale: VariableLike | null | undefined,
  logScale: VariableLike | null | undefined,
): Variable {
  const none = scale === null || scale === undefined;
  if (none === (logScale === null || logScale === undefined))
    throw new RangeError(`[Normal] give either scale or logScale, got ${none ? 'neither' : 'both'}`);
  return none ? exp(parameter('Normal', 'logScale', logScale)) : parameter('Normal', 'scale', scale);
}
