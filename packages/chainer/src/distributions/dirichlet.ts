import { digammaOf, lgammaOf } from '@chainer/xp/internal';
import { elementwise } from '../core/elementwise.ts';
import { asVariable, type Variable, type VariableLike } from '../core/variable.ts';
import { Distribution, parameter } from './distribution.ts';
import { standardGamma } from './gamma-draws.ts';

const lgamma = elementwise('Dirichlet', (x) => lgammaOf(x));
const power = elementwise('Dirichlet.logProb', (x, a) => a.eq(1).where(0, a.sub(1).mul(x.log())));
const spread = elementwise('Dirichlet.entropy', (a, total) =>
  a.sub(1).mul(digammaOf(a).sub(digammaOf(total))),
);
const gap = elementwise('Dirichlet.kl', (a, b, total) => a.sub(b).mul(digammaOf(a).sub(digammaOf(total))));

/**
 * Dirichlet distribution over K shares that add up to 1: `p(x) = Π xᵢ^(alphaᵢ - 1) / B(alpha)`.
 *
 * @param alpha `[…, K]`, positive
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Dirichlet(xp.array([1, 3])).mean.array.toArraySync(); // [0.25, 0.75]
 */
export class Dirichlet extends Distribution {
  readonly params: Readonly<Record<string, Variable>>;
  readonly batchShape: readonly number[];
  override readonly eventShape: readonly number[];
  readonly support = '[0, 1]';
  readonly alpha: Variable;
  private readonly total: Variable;

  constructor(alpha: VariableLike) {
    super();
    this.alpha = parameter('Dirichlet', 'alpha', alpha);
    if (this.alpha.ndim === 0) throw new RangeError('[Dirichlet] shares lie along the last axis, got 0 axes');
    this.params = { alpha: this.alpha };
    this.batchShape = this.alpha.shape.slice(0, -1);
    this.eventShape = this.alpha.shape.slice(-1);
    this.total = this.alpha.sum({ axis: -1, keepdims: true });
  }

  /** Logarithm of the multivariate beta function. */
  private get logBeta(): Variable {
    return lgamma(this.alpha)
      .sum({ axis: -1 })
      .sub(lgamma(this.total).reshape([...this.batchShape]));
  }
  logProb(x: VariableLike): Variable {
    return power(x, this.alpha).sum({ axis: -1 }).sub(this.logBeta);
  }
  override get entropy(): Variable {
    return this.logBeta.sub(spread(this.alpha, this.total).sum({ axis: -1 }));
  }
  override get mean(): Variable {
    return this.alpha.div(this.total);
  }
  override get variance(): Variable {
    const m = this.mean;
    return m.mul(m.neg().add(1)).div(this.total.add(1));
  }
  /** The greatest place inside, where every alpha exceeds 1. */
  override get mode(): Variable {
    const K = this.eventShape[0] as number;
    return modes(this.alpha, this.total.sub(K));
  }
  sampleN(n: number): Variable {
    const g = standardGamma(this.alpha.array, [n]);
    return asVariable(g.div(g.sum({ axis: -1, keepdims: true })));
  }
  override klFrom(q: Distribution): Variable | null {
    if (!(q instanceof Dirichlet)) return null;
    return q.logBeta.sub(this.logBeta).add(gap(this.alpha, q.alpha, this.total).sum({ axis: -1 }));
  }
}
const modes = elementwise('Dirichlet.mode', (a, rest) => a.gt(1).where(a.sub(1).div(rest), Number.NaN));
