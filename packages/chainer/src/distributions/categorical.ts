import { argmax, astype, broadcastTo as broadcastArray, reshape as xpReshape } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../core/variable.ts';
import { logSoftmax } from '../functions/activation/softmax.ts';
import { broadcastTo } from '../functions/array/broadcast-to.ts';
import { reshape } from '../functions/array/reshape.ts';
import { selectItem } from '../functions/array/select-item.ts';
import { sub } from '../functions/math/arithmetic.ts';
import { exp, log } from '../functions/math/exponential.ts';
import { classEntropy, drawClasses, expected } from './class-draws.ts';
import { Distribution, parameter } from './distribution.ts';

/**
 * Categorical distribution: one of K classes.
 *
 * @param p `[…, K]` probabilities, which add up to 1; or null
 * @param options `logit`: `[…, K]` instead of p, of which the softmax is p.
 * @throws {RangeError} unless exactly one of p and logit is given.
 * @example
 * import { distributions as D, xp } from 'chainer';
 * const d = new D.Categorical(xp.array([0.25, 0.75]));
 * d.prob(xp.array(1, { dtype: 'int32' })).array.itemSync(); // 0.750
 */
export class Categorical extends Distribution {
  readonly params: Readonly<Record<string, Variable>>;
  readonly batchShape: readonly number[];
  readonly support = 'non negative integer';
  /** Logarithms of the probabilities: `[…, K]`. */
  readonly logP: Variable;
  readonly p: Variable;

  constructor(p?: VariableLike | null, options: { readonly logit?: VariableLike | null } = {}) {
    super();
    checkOptions('Categorical', options, ['logit']);
    const none = p === null || p === undefined;
    const { logit = null } = options;
    if (none === (logit === null))
      throw new RangeError(`[Categorical] give either p or logit, got ${none ? 'neither' : 'both'}`);
    if (none) {
      const l = parameter('Categorical', 'logit', logit);
      this.params = { logit: l };
      this.logP = logSoftmax(l, { axis: l.ndim - 1 });
      this.p = exp(this.logP);
    } else {
      this.p = parameter('Categorical', 'p', p);
      this.params = { p: this.p };
      this.logP = log(this.p);
    }
    if (this.p.ndim === 0) throw new RangeError('[Categorical] classes lie along the last axis, got 0 axes');
    this.batchShape = this.p.shape.slice(0, -1);
  }

  /** @param x classes, integers from 0 */
  logProb(x: VariableLike): Variable {
    const given = asArray(x);
    const K = this.p.shape[this.p.ndim - 1] as number;
    const shape = given.ndim >= this.batchShape.length ? given.shape : this.batchShape;
    const t = xpReshape(astype(broadcastArray(given, shape), 'int32'), [-1]);
    const rows = reshape(broadcastTo(this.logP, [...shape, K]), [-1, K]);
    return reshape(selectItem(rows, t), [...shape]);
  }
  override get entropy(): Variable {
    return classEntropy(this.p, this.logP);
  }
  /** The likeliest class. */
  override get mode(): Variable {
    return asVariable(argmax(this.p.array, { axis: -1 }));
  }
  sampleN(n: number): Variable {
    return asVariable(drawClasses(this.logP.array, n));
  }
  override klFrom(q: Distribution): Variable | null {
    return q instanceof Categorical ? expected(this.p, sub(this.logP, q.logP)) : null;
  }
}
