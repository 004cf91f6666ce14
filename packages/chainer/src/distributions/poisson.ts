import { type Expr, fold } from '@chainer/xp/functions';
import { lgammaOf } from '@chainer/xp/internal';
import { elementwise } from '../core/elementwise.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../core/variable.ts';
import { parameter } from './distribution.ts';
import { poissonDraws } from './gamma-draws.ts';
import { poissonCdf, poissonQuantile } from './incomplete.ts';
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

/** From this mean on, series in its reciprocal give ten digits. */
const many = 64;

/** `Σ f(ln k!, ln(k + 1)) P(k)` for means below `many`. */
const expected = (lam: Expr, f: (logFactorial: Expr, logNext: Expr) => Expr): Expr => {
  const [p, zero] = [lam.neg().exp(), lam.mul(0)];
  return fold(
    // Up to where the probabilities no longer count.
    lam.add(lam.sqrt().mul(10)).add(30).ceil(),
    [f(zero, zero).mul(p), p, zero, zero],
    ([sum, q, log, k]) => {
      const n = (k as Expr).add(1);
      const next = (q as Expr).mul(lam).div(n);
      const factorial = (log as Expr).add(n.log());
      return [(sum as Expr).add(next.mul(f(factorial, n.add(1).log()))), next, factorial, n];
    },
  )[0] as Expr;
};

/** `λ (1 - ln λ) + E[ln k!]`, and its derivative `E[ln(k + 1)] - ln λ`; series of 1/λ for large means. */
const entropyOf = /*#__PURE__*/ elementwise(
  'Poisson.entropy',
  (lam) => {
    const small = lam.lt(many).where(lam, 1);
    const l = lam.ge(many).where(lam, many);
    const r = l.reciprocal();
    const series = r
      .mul(19 / 360)
      .add(1 / 24)
      .mul(r)
      .add(1 / 12)
      .mul(r);
    const large = l
      .mul(2 * Math.PI * Math.E)
      .log()
      .mul(0.5)
      .sub(series);
    const power = small.gt(0).where(small.mul(small.gt(0).where(small, 1).log().neg().add(1)), 0);
    return lam.lt(many).where(power.add(expected(small, (log) => log)), large);
  },
  {
    derivative: ([lam], _, gy) => {
      const x = lam as Expr;
      const small = x.lt(many).where(x, 1);
      const l = x.ge(many).where(x, many);
      const r = l.reciprocal();
      const large = r
        .mul(19 / 120)
        .add(1 / 12)
        .mul(r)
        .add(1 / 12)
        .mul(r)
        .add(1 / 2)
        .mul(r);
      const near = expected(small, (_log, next) => next).sub(small.log());
      return [gy.mul(x.lt(many).where(near, large))];
    },
  },
);

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

  override get entropy(): Variable {
    return entropyOf(this.params.lam as Variable);
  }

  /** The probability of at most x; it has a gradient towards lam. */
  override cdf(x: VariableLike): Variable {
    return poissonCdf(asVariable(asArray(x)), this.params.lam as Variable);
  }

  /** The smallest count whose distribution function reaches p. It has no gradient. */
  override icdf(p: VariableLike): Variable {
    return asVariable(poissonQuantile(asArray(p), (this.params.lam as Variable).array));
  }

  override sampleN(n: number): Variable {
    return asVariable(poissonDraws((this.params.lam as Variable).array, [n]));
  }
}
