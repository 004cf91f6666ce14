import { checkOptions } from '../core/check-options.ts';
import type { Variable, VariableLike } from '../core/variable.ts';
import { add } from '../functions/math/add.ts';
import { sub } from '../functions/math/arithmetic.ts';
import { parameter } from './distribution.ts';
import { type Formulas, ScalarDistribution } from './scalar-distribution.ts';

const formulas: Formulas = {
  logProb: (x, low, high) =>
    x.ge(low).and(x.le(high)).where(high.sub(low).log().neg(), Number.NEGATIVE_INFINITY),
  cdf: (x, low, high) => x.sub(low).div(high.sub(low)).max(0).min(1),
  icdf: (p, low, high) => p.mul(high.sub(low)).add(low),
  entropy: (low, high) => high.sub(low).log(),
  mean: (low, high) => low.add(high).mul(0.5),
  variance: (low, high) =>
    high
      .sub(low)
      .square()
      .mul(1 / 12),
  mode: (low) => low,
  sample: (u, low, high) => u.mul(high.sub(low)).add(low),
  kl: (a, b, low, high) => {
    const inside = a.ge(low).and(b.le(high));
    return inside.where(high.sub(low).div(b.sub(a)).log(), Number.POSITIVE_INFINITY);
  },
};

/** Where a uniform distribution lies: its ends, or its lower end and its width. */
export type UniformOptions =
  | { readonly low: VariableLike; readonly high: VariableLike }
  | { readonly loc: VariableLike; readonly scale: VariableLike };

/**
 * Uniform distribution between two numbers. Its mode, being everywhere, is given as the lower end.
 *
 * @throws {TypeError} unless low and high, or loc and scale are given.
 * @example
 * import { distributions as D, xp } from 'chainer';
 * const p = new D.Uniform({ low: xp.array([0]), high: xp.array([4]) });
 * p.cdf(xp.array([1])).array.toArraySync(); // [0.25]
 */
export class Uniform extends ScalarDistribution {
  readonly support = '[low, high]';

  constructor(options: UniformOptions) {
    super(formulas, endsOf(options));
  }

  /** The lower end. */
  get loc(): Variable {
    return this.params.low as Variable;
  }
  /** The width. */
  get scale(): Variable {
    return sub(this.params.high as Variable, this.loc);
  }
}

function endsOf(options: UniformOptions): { low: Variable; high: Variable } {
  const given = options as Partial<Record<'low' | 'high' | 'loc' | 'scale', VariableLike>>;
  checkOptions('Uniform', given, ['low', 'high', 'loc', 'scale']);
  if (('low' in given || 'high' in given) === ('loc' in given || 'scale' in given))
    throw new TypeError(
      `[Uniform] give low and high, or loc and scale, got ${Object.keys(given).join(', ') || 'none'}`,
    );
  if ('low' in given || 'high' in given)
    return {
      low: parameter('Uniform', 'low', given.low),
      high: parameter('Uniform', 'high', given.high),
    };
  const loc = parameter('Uniform', 'loc', given.loc);
  return { low: loc, high: add(loc, parameter('Uniform', 'scale', given.scale)) };
}
