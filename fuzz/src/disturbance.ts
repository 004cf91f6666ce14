import { functions as F, Variable, xp } from 'chainer';
import { epsilonOf } from './compare.ts';

/** Chainer's functions. */
export type Functions = typeof F;

/**
 * Rounding errors at random: what other orders of the same sums would do, with which a program is run again to see what its
 * results are worth. Numbers move by up to four units of rounding.
 */
export class Disturbance {
  /** Chainer's functions with results that are disturbed: ties that no input could break are broken, too. */
  readonly F: Functions;
  private readonly rng: xp.random.RandomState;

  constructor(seed: number) {
    this.rng = new xp.random.RandomState(seed);
    const wrapped = Object.entries(F).map(([name, f]) => [
      name,
      (...args: unknown[]) => this.results(call(f, args)),
    ]);
    this.F = Object.fromEntries(wrapped) as Functions;
  }

  /** Numbers of an array, disturbed. */
  values(x: xp.NdArray): xp.NdArray {
    if (epsilonOf(x.dtype.name) === 0) return x;
    return xp.multiply(x.astype('float64'), this.factors(x)).astype(x.dtype.name);
  }

  private factors(x: xp.NdArray): xp.NdArray {
    const unit = 4 * epsilonOf(x.dtype.name);
    return this.rng.uniform({
      low: 1 - unit,
      high: 1 + unit,
      size: [...x.shape],
      dtype: 'float64',
      device: 'js',
    });
  }

  private results(y: unknown): unknown {
    if (Array.isArray(y)) return y.map((part) => this.results(part));
    if (!(y instanceof Variable) || epsilonOf(y.dtype.name) === 0) return y;
    return F.mul(y, this.factors(y.array).astype(y.dtype.name));
  }
}

const call = (f: unknown, args: readonly unknown[]): unknown =>
  (f as (...args: readonly unknown[]) => unknown)(...args);
