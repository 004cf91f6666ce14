import { describe, expect, it } from 'vitest';
import type { NdArray } from '../core/ndarray.ts';
import { flatScalars } from '../core/read.ts';
import { array } from '../creation/array.ts';
import { RandomState } from './random-state.ts';

const n = 20_000;
const numbers = (x: NdArray) => flatScalars(x).map(Number);

/** Kolmogorov and Smirnov's statistic; above 1.95 only once in a thousand seeds. */
function distance(sample: readonly number[], cdf: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  let d = 0;
  sorted.forEach((x, i) => {
    const p = cdf(x);
    d = Math.max(d, Math.abs(p - i / sorted.length), Math.abs(p - (i + 1) / sorted.length));
  });
  return d * Math.sqrt(sorted.length);
}

/** Chi-square per degree of freedom against expected counts. */
function chiSquare(counts: readonly number[], expected: readonly number[]): number {
  const sum = counts.reduce(
    (total, c, i) => total + (c - (expected[i] as number)) ** 2 / (expected[i] as number),
    0,
  );
  return sum / (counts.length - 1);
}

/** Normal distribution function by Abramowitz and Stegun 7.1.26 (error below 1.5e-7). */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - series * Math.exp(-x * x);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}

const clip01 = (x: number) => Math.min(1, Math.max(0, x));
const continuous: Record<
  string,
  [(rs: RandomState, dtype: 'float32' | 'float64') => NdArray, (x: number) => number]
> = {
  random: [(rs, dtype) => rs.random({ size: n, dtype }), clip01],
  uniform: [(rs, dtype) => rs.uniform({ low: -1, high: 3, size: n, dtype }), (x) => clip01((x + 1) / 4)],
  standardNormal: [(rs, dtype) => rs.standardNormal({ size: n, dtype }), normalCdf],
  normal: [(rs, dtype) => rs.normal({ loc: 2, scale: 0.5, size: n, dtype }), (x) => normalCdf((x - 2) / 0.5)],
  lognormal: [
    (rs, dtype) => rs.lognormal({ mean: 1, sigma: 0.5, size: n, dtype }),
    (x) => normalCdf((Math.log(x) - 1) / 0.5),
  ],
  exponential: [(rs, dtype) => rs.exponential({ scale: 3, size: n, dtype }), (x) => 1 - Math.exp(-x / 3)],
  gumbel: [
    (rs, dtype) => rs.gumbel({ loc: 1, scale: 2, size: n, dtype }),
    (x) => Math.exp(-Math.exp(-(x - 1) / 2)),
  ],
  laplace: [
    (rs, dtype) => rs.laplace({ loc: -1, scale: 2, size: n, dtype }),
    (x) => (x < -1 ? Math.exp((x + 1) / 2) / 2 : 1 - Math.exp(-(x + 1) / 2) / 2),
  ],
  logistic: [
    (rs, dtype) => rs.logistic({ loc: 1, scale: 2, size: n, dtype }),
    (x) => 1 / (1 + Math.exp(-(x - 1) / 2)),
  ],
  rayleigh: [(rs, dtype) => rs.rayleigh({ scale: 2, size: n, dtype }), (x) => 1 - Math.exp(-(x * x) / 8)],
  weibull: [(rs, dtype) => rs.weibull(1.5, { size: n, dtype }), (x) => 1 - Math.exp(-(x ** 1.5))],
  pareto: [(rs, dtype) => rs.pareto(3, { size: n, dtype }), (x) => 1 - (1 + x) ** -3],
  standardCauchy: [(rs, dtype) => rs.standardCauchy({ size: n, dtype }), (x) => 0.5 + Math.atan(x) / Math.PI],
};

describe.each(['float32', 'float64'] as const)('continuous distributions in %s', (dtype) => {
  it.each(Object.keys(continuous))('%s has its distribution function', (name) => {
    const [draw, cdf] = continuous[name] as (typeof continuous)[string];
    const x = draw(new RandomState(12), dtype);
    expect(x.dtype.name).toBe(dtype);
    expect(x.shape).toEqual([n]);
    expect(distance(numbers(x), cdf)).toBeLessThan(1.95);
  });
});

describe('continuous distributions', () => {
  it('have independent neighbours', () => {
    const x = numbers(new RandomState(3).standardNormal({ size: n }));
    const lag = (k: number) =>
      x.slice(k).reduce((sum, v, i) => sum + v * (x[i] as number), 0) / Math.sqrt(n - k);
    for (const k of [1, 2, 3, 4]) expect(Math.abs(lag(k))).toBeLessThan(3.3);
  });

  it('stay in their range in half types', () => {
    for (const dtype of ['float16', 'bfloat16'] as const) {
      const u = numbers(new RandomState(0).random({ size: n, dtype }));
      expect(Math.max(...u)).toBeLessThan(1);
      expect(Math.abs(u.reduce((a, b) => a + b) / n - 0.5)).toBeLessThan(0.01);
      const z = new RandomState(0).normal({ loc: 1, scale: 2, size: n, dtype });
      expect(z.dtype.name).toBe(dtype);
      expect(
        distance(numbers(new RandomState(0).gumbel({ size: n, dtype })), (x) => Math.exp(-Math.exp(-x))),
      ).toBeLessThan(3);
    }
  });

  it('take arrays of parameters, which give the shape', () => {
    const rs = new RandomState(5);
    const loc = array([0, 100, 200], { dtype: 'float32' });
    expect(rs.normal({ loc }).shape).toEqual([3]);
    const x = numbers(rs.normal({ loc, scale: 0.1, size: [4, 3] }));
    expect(Math.max(...x.map((v, i) => Math.abs(v - (i % 3) * 100)))).toBeLessThan(1);
    expect(() => rs.normal({ loc, size: [3, 2] })).toThrow(
      '[normal] shapes (3, 2) and (3,) cannot be broadcast together',
    );
    expect(() => rs.normal({ loc, size: 1 })).toThrow(
      '[normal] parameters of shape (3,) do not broadcast to size (1,)',
    );
  });
});

describe('discrete distributions', () => {
  it('binomial counts successes', () => {
    const probabilities = [1 / 64, 6 / 64, 15 / 64, 20 / 64, 15 / 64, 6 / 64, 1 / 64];
    const counts = new Array<number>(7).fill(0);
    const x = new RandomState(1).binomial(6, 0.5, { size: n });
    expect(x.dtype.name).toBe('int32');
    for (const k of numbers(x)) counts[k] = (counts[k] as number) + 1;
    expect(
      chiSquare(
        counts,
        probabilities.map((p) => p * n),
      ),
    ).toBeLessThan(2.5);
  });

  it('binomial takes an array of trials or of probabilities', () => {
    const rs = new RandomState(1);
    const trials = array(new Int32Array([0, 1, 1000]));
    expect(numbers(rs.binomial(trials, 1))).toEqual([0, 1, 1000]);
    expect(numbers(rs.binomial(50, array([0, 1], { dtype: 'float32' }), { size: [2, 2] }))).toEqual([
      0, 50, 0, 50,
    ]);
    const many = numbers(rs.binomial(1_000_000, 0.25, { size: 4 }));
    for (const k of many) expect(Math.abs(k - 250_000)).toBeLessThan(4 * Math.sqrt(1e6 * 0.25 * 0.75));
    expect(() => rs.binomial(3, 1.5)).toThrow('[binomial] p must be in [0, 1], got 1.5');
    expect(() => rs.binomial(array(new Int32Array([-1])), 0.5)).toThrow('[binomial] n must be');
  });

  it('geometric waits for the first success', () => {
    const x = numbers(new RandomState(2).geometric(0.25, { size: n }));
    const counts = new Array<number>(13).fill(0);
    for (const k of x) counts[Math.min(k, 13) - 1] = (counts[Math.min(k, 13) - 1] as number) + 1;
    const expected = counts.map((_, i) => n * (i < 12 ? 0.25 * 0.75 ** i : 0.75 ** 12));
    expect(Math.min(...x)).toBe(1);
    expect(chiSquare(counts, expected)).toBeLessThan(2.5);
    expect(numbers(new RandomState(2).geometric(1, { size: 3 }))).toEqual([1, 1, 1]);
  });

  it.each([7, 10, 16, 1000])('randint below %d gives each equally often', (r) => {
    const counts = new Array<number>(r).fill(0);
    for (const k of numbers(new RandomState(4).randint(r, { size: 50 * r })))
      counts[k] = (counts[k] as number) + 1;
    expect(
      chiSquare(
        counts,
        counts.map(() => 50),
      ),
    ).toBeLessThan(r < 100 ? 2.8 : 1.2);
  });
});
