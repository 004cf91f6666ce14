import type { Expr } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import type { Variable, VariableLike } from '../core/variable.ts';
import { sigmoid } from '../functions/activation/sigmoid.ts';
import { add } from '../functions/math/add.ts';
import { mul, sub } from '../functions/math/arithmetic.ts';
import { log, log1p } from '../functions/math/exponential.ts';
import { neg } from '../functions/math/neg.ts';
import { type Distribution, parameter } from './distribution.ts';
import { type Formulas, ScalarDistribution } from './scalar-distribution.ts';

/** Logarithms of p and of 1 - p. */
type Logs = (parameter: Expr) => readonly [p: Expr, q: Expr];

const fromProbability: Logs = (p) => [p.log(), p.neg().log1p()];
const fromLogit: Logs = (l) => {
  const rest = l.abs().neg().exp().log1p().neg();
  return [l.min(0).add(rest), l.max(0).neg().add(rest)];
};

/** `x y`, 0 where x is 0. */
const times = (x: Expr, y: Expr): Expr => {
  const zero = x.eq(0);
  return zero.where(0, x.mul(zero.where(1, y)));
};

function formulasOf(logs: Logs, probability: (parameter: Expr) => Expr, checked: boolean): Formulas {
  return {
    logProb: (x, l) => {
      const [p, q] = logs(l);
      const value = times(x, p).add(times(x.neg().add(1), q));
      return checked ? x.eq(0).or(x.eq(1)).where(value, Number.NEGATIVE_INFINITY) : value;
    },
    cdf: (x, l) => x.lt(0).where(0, x.lt(1).where(probability(l).neg().add(1), 1)),
    entropy: (l) => {
      const [p, q] = logs(l);
      const share = probability(l);
      return times(share, p)
        .add(times(share.neg().add(1), q))
        .neg();
    },
    mean: probability,
    variance: (l) => {
      const p = probability(l);
      return p.mul(p.neg().add(1));
    },
    mode: (l) => probability(l).ge(0.5).where(1, 0).cast('float32').add(l.mul(0)),
    sample: (u, l) => u.lt(probability(l)).where(1, 0).cast('float32').add(l.mul(0)),
  };
}

const sets = [false, true].map((checked) => ({
  p: formulasOf(fromProbability, (p) => p.mul(1).add(0), checked),
  logit: formulasOf(fromLogit, (l) => l.sigmoid(), checked),
}));

/**
 * Bernoulli distribution: 1 with probability p, else 0.
 *
 * @param p the probability, or null where the logit `ln(p / (1 - p))` is given
 * @param options `binaryCheck`: whether numbers other than 0 and 1 have the probability 0, instead of an interpolated one.
 * @throws {RangeError} unless exactly one of p and logit is given.
 * @example
 * import { distributions as D, xp } from 'chainer';
 * new D.Bernoulli(xp.array([0.25])).variance.array.toArraySync(); // [0.188]
 */
export class Bernoulli extends ScalarDistribution {
  readonly support = '{0, 1}';

  constructor(
    p?: VariableLike | null,
    logit?: VariableLike | null,
    options: { readonly binaryCheck?: boolean } = {},
  ) {
    checkOptions('Bernoulli', options, ['binaryCheck']);
    const [formulas, params] = given(p ?? null, logit ?? null, options.binaryCheck ?? false);
    super(formulas, params);
  }

  get p(): Variable {
    return this.params.p ?? sigmoid(this.params.logit as Variable);
  }
  get logit(): Variable {
    return this.params.logit ?? sub(log(this.params.p as Variable), log1p(neg(this.params.p as Variable)));
  }

  override klFrom(q: Distribution): Variable | null {
    if (!(q instanceof Bernoulli)) return null;
    const [p, other] = [this.p, q.p];
    const rest = add(neg(p), 1);
    return add(mul(p, sub(log(p), log(other))), mul(rest, sub(log1p(neg(p)), log1p(neg(other)))));
  }
}

/** Formulas and parameters of what was given. */
function given(
  p: VariableLike | null,
  logit: VariableLike | null,
  checked: boolean,
): [Formulas, Record<string, Variable>] {
  if ((p === null) === (logit === null))
    throw new RangeError(`[Bernoulli] give either p or logit, got ${p === null ? 'neither' : 'both'}`);
  const set = sets[checked ? 1 : 0] as { p: Formulas; logit: Formulas };
  if (p === null) return [set.logit, { logit: parameter('Bernoulli', 'logit', logit) }];
  return [set.p, { p: parameter('Bernoulli', 'p', p) }];
}
