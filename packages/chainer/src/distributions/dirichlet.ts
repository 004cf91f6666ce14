import { divide, sum as xpSum } from '@chainer/xp/functions';
import { digammaOf, lgammaOf } from '@chainer/xp/internal';
import { elementwise } from '../core/elementwise.ts';
import { asVariable, type Variable, type VariableLike } from '../core/variable.ts';
import { reshape } from '../functions/array/reshape.ts';
import { add } from '../functions/math/add.ts';
import { div, mul, sub } from '../functions/math/arithmetic.ts';
import { neg } from '../functions/math/neg.ts';
import { sum } from '../functions/math/sum.ts';
import { Distribution, parameter } from './distribution.ts';
import { standardGamma } from './gamma-draws.ts';

const lgamma = /*#__PURE__*/ elementwise('Dirichlet', (x) => lgammaOf(x));
const power = /*#__PURE__*/ elementwise('Dirichlet.logProb', (x, a) =>
  a.eq(1).where(0, a.sub(1).mul(x.log())),
);
const spread = /*#__PURE__*/ elementwise('Dirichlet.entropy', (a, total) =>
  a.sub(1).mul(digammaOf(a).sub(digammaOf(total))),
);
const gap = /*#__PURE__*/ elementwise('Dirichlet.kl', (a, b, total) =>
  a.sub(b).mul(digammaOf(a).sub(digammaOf(total))),
);

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
    this.total = sum(this.alpha, { axis: -1, keepdims: true });
  }

  /** Logarithm of the multivariate beta function. */
  private get logBeta(): Variable {
    return sub(sum(lgamma(this.alpha), { axis: -1 }), reshape(lgamma(this.total), [...this.batchShape]));
  }
  logProb(x: VariableLike): Variable {
    return sub(sum(power(x, this.alpha), { axis: -1 }), this.logBeta);
  }
  override get entropy(): Variable {
    return sub(this.logBeta, sum(spread(this.alpha, this.total), { axis: -1 }));
  }
  override get mean(): Variable {
    return div(this.alpha, this.total);
  }
  override get variance(): Variable {
    const m = this.mean;
    return div(mul(m, add(neg(m), 1)), add(this.total, 1));
  }
  /** The greatest place inside, where every alpha exceeds 1. */
  override get mode(): Variable {
    const K = this.eventShape[0] as number;
    return modes(this.alpha, sub(this.total, K));
  }
  sampleN(n: number): Variable {
    const g = standardGamma(this.alpha.array, [n]);
    return asVariable(divide(g, xpSum(g, { axis: -1, keepdims: true })));
  }
  override klFrom(q: Distribution): Variable | null {
    if (!(q instanceof Dirichlet)) return null;
    return add(sub(q.logBeta, this.logBeta), sum(gap(this.alpha, q.alpha, this.total), { axis: -1 }));
  }
}
const modes = /*#__PURE__*/ elementwise('Dirichlet.mode', (a, rest) =>
  a.gt(1).where(a.sub(1).div(rest), Number.NaN),
);
