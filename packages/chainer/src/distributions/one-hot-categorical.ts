import {
  arange,
  argmax,
  astype,
  ElementwiseKernel,
  type NdArray,
  reshape as xpReshape,
} from '@chainer/xp/functions';
import { elementwise } from '../core/elementwise.ts';
import { asVariable, type Variable, type VariableLike } from '../core/variable.ts';
import { reshape } from '../functions/array/reshape.ts';
import { add } from '../functions/math/add.ts';
import { mul, sub } from '../functions/math/arithmetic.ts';
import { log } from '../functions/math/exponential.ts';
import { neg } from '../functions/math/neg.ts';
import { sum } from '../functions/math/sum.ts';
import { classEntropy, drawClasses, expected } from './class-draws.ts';
import { Distribution, parameter } from './distribution.ts';

const same = /*#__PURE__*/ new ElementwiseKernel('OneHotCategorical', 2, (place, k) =>
  place.eq(k).where(1, 0),
);
const scored = /*#__PURE__*/ elementwise('OneHotCategorical.logProb', (x, logP) => {
  const zero = x.eq(0);
  return zero.where(0, x.mul(zero.where(0, logP)));
});

/**
 * One of K classes, given as a vector that is 1 at the class and 0 elsewhere.
 *
 * @param p `[…, K]` probabilities, which add up to 1
 * @example
 * import { distributions as D, xp } from 'chainer';
 * const d = new D.OneHotCategorical(xp.array([0.25, 0.75]));
 * d.prob(xp.array([0, 1])).array.itemSync(); // 0.750
 */
export class OneHotCategorical extends Distribution {
  readonly params: Readonly<Record<string, Variable>>;
  readonly batchShape: readonly number[];
  override readonly eventShape: readonly number[];
  readonly support = '{0, 1}';
  readonly logP: Variable;
  readonly p: Variable;

  constructor(p: VariableLike) {
    super();
    this.p = parameter('OneHotCategorical', 'p', p);
    if (this.p.ndim === 0)
      throw new RangeError('[OneHotCategorical] classes lie along the last axis, got 0 axes');
    this.params = { p: this.p };
    this.logP = log(this.p);
    this.batchShape = this.p.shape.slice(0, -1);
    this.eventShape = this.p.shape.slice(-1);
  }

  logProb(x: VariableLike): Variable {
    return sum(scored(x, this.logP), { axis: -1 });
  }
  override get entropy(): Variable {
    return classEntropy(this.p, this.logP);
  }
  override get mean(): Variable {
    return this.p;
  }
  override get variance(): Variable {
    return mul(this.p, add(neg(this.p), 1));
  }
  /** `diag(p) - p pᵀ`: `[…, K, K]`. */
  override get covariance(): Variable {
    const K = this.eventShape[0] as number;
    const row = reshape(this.p, [...this.batchShape, 1, K]);
    const column = reshape(this.p, [...this.batchShape, K, 1]);
    const index = arange(K, { dtype: 'int32', device: this.p.array.device });
    const diagonal = astype(same.call([xpReshape(index, [K, 1]), index]), this.p.dtype);
    return mul(column, add(neg(row), diagonal));
  }
  override get mode(): Variable {
    return asVariable(this.oneHot(argmax(this.p.array, { axis: -1 })));
  }
  sampleN(n: number): Variable {
    return asVariable(this.oneHot(drawClasses(this.logP.array, n)));
  }
  override klFrom(q: Distribution): Variable | null {
    return q instanceof OneHotCategorical ? expected(this.p, sub(this.logP, q.logP)) : null;
  }

  private oneHot(classes: NdArray): NdArray {
    const index = arange(this.eventShape[0] as number, { dtype: 'int32', device: classes.device });
    return astype(same.call([xpReshape(classes, [...classes.shape, 1]), index]), this.p.array.dtype);
  }
}
