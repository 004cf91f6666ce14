import { add, broadcastTo, divide, type Expr } from '@chainer/xp/functions';
import { digammaOf, lgammaOf } from '@chainer/xp/internal';
import { asVariable, type Variable, type VariableLike } from '../core/variable.ts';
import { clip } from '../functions/math/clip.ts';
import { parameter } from './distribution.ts';
import { standardGamma } from './gamma-draws.ts';
import { incompleteBeta, incompleteBetaInverse } from './incomplete.ts';
import { type Formulas, ScalarDistribution, within } from './scalar-distribution.ts';

const logBeta = (a: Expr, b: Expr): Expr =>
  lgammaOf(a)
    .add(lgammaOf(b))
    .sub(lgammaOf(a.add(b)));

const formulas: Formulas = {
  logProb: (x, a, b) =>
    within(x.ge(0).and(x.le(1)), x, 0.5, (t) => {
      const left = a.eq(1).where(0, a.sub(1).mul(t.log()));
      const right = b.eq(1).where(0, b.sub(1).mul(t.neg().log1p()));
      return left.add(right).sub(logBeta(a, b));
    }),
  entropy: (a, b) => {
    const c = a.add(b);
    return logBeta(a, b)
      .sub(a.sub(1).mul(digammaOf(a)))
      .sub(b.sub(1).mul(digammaOf(b)))
      .add(c.sub(2).mul(digammaOf(c)));
  },
  mean: (a, b) => a.div(a.add(b)),
  variance: (a, b) => {
    const c = a.add(b);
    return a.mul(b).div(c.square().mul(c.add(1)));
  },
  // NaN where the density has no single greatest place inside.
  mode: (a, b) =>
    a
      .gt(1)
      .and(b.gt(1))
      .where(a.sub(1).div(a.add(b).sub(2)), Number.NaN),
  kl: (a, b, a2, b2) => {
    const [c, c2] = [a.add(b), a2.add(b2)];
    return logBeta(a2, b2)
      .sub(logBeta(a, b))
      .add(a.sub(a2).mul(digammaOf(a)))
      .add(b.sub(b2).mul(digammaOf(b)))
      .add(c2.sub(c).mul(digammaOf(c)));
  },
};

/**
 * Beta distribution: `p(x) = xᵃ⁻¹ (1 - x)ᵇ⁻¹ / B(a, b)`.
 *
 * @param a positive
 * @param b positive
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Beta(xp.array([2]), xp.array([2])).prob(xp.array([0.5])).array.toArraySync(); // [1.500]
 */
export class Beta extends ScalarDistribution {
  readonly support = '[0, 1]';

  constructor(a: VariableLike, b: VariableLike) {
    super(formulas, { a: parameter('Beta', 'a', a), b: parameter('Beta', 'b', b) });
  }

  override cdf(x: VariableLike): Variable {
    const { a, b } = this.params as { a: Variable; b: Variable };
    return incompleteBeta(a, b, clip(x, 0, 1));
  }

  override icdf(p: VariableLike): Variable {
    const { a, b } = this.params as { a: Variable; b: Variable };
    return incompleteBetaInverse(a, b, p);
  }

  override sampleN(n: number): Variable {
    const { a, b } = this.params as { a: Variable; b: Variable };
    const x = standardGamma(broadcastTo(a.array, this.batchShape), [n]);
    const y = standardGamma(broadcastTo(b.array, this.batchShape), [n]);
    return asVariable(divide(x, add(x, y)));
  }
}
