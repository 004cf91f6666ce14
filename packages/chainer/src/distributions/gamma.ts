import { broadcastTo } from '@chainer/xp/functions';
import { digammaOf, lgammaOf } from '@chainer/xp/internal';
import type { Variable, VariableLike } from '../core/variable.ts';
import { div, mul } from '../functions/math/arithmetic.ts';
import { maximum } from '../functions/math/maximum.ts';
import { parameter } from './distribution.ts';
import { standardGamma } from './gamma-draws.ts';
import { incompleteGamma, incompleteGammaInverse } from './incomplete.ts';
import { type Formulas, ScalarDistribution, within } from './scalar-distribution.ts';

const formulas: Formulas = {
  logProb: (x, k, theta) =>
    within(x.gt(0), x, 1, (t) =>
      k.sub(1).mul(t.log()).sub(t.div(theta)).sub(lgammaOf(k)).sub(k.mul(theta.log())),
    ),
  entropy: (k, theta) =>
    k
      .add(theta.log())
      .add(lgammaOf(k))
      .add(k.neg().add(1).mul(digammaOf(k))),
  mean: (k, theta) => k.mul(theta),
  variance: (k, theta) => k.mul(theta.square()),
  mode: (k, theta) => k.sub(1).max(0).mul(theta),
  kl: (k, t, k2, t2) =>
    k
      .sub(k2)
      .mul(digammaOf(k))
      .sub(lgammaOf(k))
      .add(lgammaOf(k2))
      .add(k2.mul(t2.div(t).log()))
      .add(k.mul(t.div(t2).sub(1))),
};

/**
 * Gamma distribution: `p(x) = xᵏ⁻¹ exp(-x / theta) / (Γ(k) thetaᵏ)`. Draws are differentiable in theta only.
 *
 * @param k shape
 * @param theta scale
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Gamma(xp.array([2]), xp.array([3])).mean.array.toArraySync(); // [6]
 */
export class Gamma extends ScalarDistribution {
  readonly support = 'positive';

  constructor(k: VariableLike, theta: VariableLike) {
    super(formulas, { k: parameter('Gamma', 'k', k), theta: parameter('Gamma', 'theta', theta) });
  }

  override cdf(x: VariableLike): Variable {
    const { k, theta } = this.params as { k: Variable; theta: Variable };
    return incompleteGamma(k, maximum(div(x, theta), 0));
  }

  override icdf(p: VariableLike): Variable {
    const { k, theta } = this.params as { k: Variable; theta: Variable };
    return mul(theta, incompleteGammaInverse(k, p));
  }

  override sampleN(n: number): Variable {
    const { k, theta } = this.params as { k: Variable; theta: Variable };
    const draws = standardGamma(broadcastTo(k.array, this.batchShape), [n]);
    return mul(theta, draws);
  }
}
