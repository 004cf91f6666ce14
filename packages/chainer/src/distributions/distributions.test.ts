import { arange, devices, type NdArray, random, withDevice } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { checkBackward } from '../gradient-check/index.ts';
import { distributions as D, functions as F, Variable, xp } from '../index.ts';
import { type Family, families } from './families.testing.ts';

const f64 = { dtype: 'float64' } as const;
const v = (x: number | readonly number[]) => xp.array(typeof x === 'number' ? [x] : x, f64);
const numbers = (x: Variable): number[] => Array.from(x.array.dataSync(), Number);
const near = (x: Variable, expected: number | readonly number[], digits = 7) => {
  const list = typeof expected === 'number' ? [expected] : expected;
  const found = numbers(x);
  expect(found.length).toBe(list.length);
  for (const [k, e] of list.entries()) {
    if (Number.isFinite(e)) expect(found[k]).toBeCloseTo(e, digits);
    else expect(found[k]).toBe(e);
  }
};

/** So that everything has a gradient, whether the value depends on it or not. */
const total = (given: Variable[]): Variable => given.reduce((s, y) => s.add(y));

const make = ({ make: of }: Family, params: readonly number[]) => of(...params.map((p) => v(p)));

describe.each(Object.entries(families))('%s', (_, c) => {
  const d = make(c, c.params);

  test('densities and moments', () => {
    near(d.logProb(v(c.x)), c.logProb);
    near(d.prob(v(c.x)), Math.exp(c.logProb));
    near(d.mean, c.mean);
    near(d.variance, c.variance);
    near(d.stddev, Math.sqrt(c.variance));
    near(d.mode, c.mode);
    if (c.cdf !== undefined) {
      near(d.cdf(v(c.x)), c.cdf);
      near(d.logCdf(v(c.x)), Math.log(c.cdf));
      near(d.survivalFunction(v(c.x)), 1 - c.cdf);
      near(d.logSurvivalFunction(v(c.x)), Math.log(1 - c.cdf));
    }
    if (c.icdf !== undefined) near(d.icdf(v(0.3)), c.icdf);
    if (c.entropy !== undefined) {
      near(d.entropy, c.entropy);
      near(d.perplexity, Math.exp(c.entropy), 6);
    }
  });

  test('gradients of density and entropy are those of differences', () => {
    const params = c.params.map((p) => v([p, p * 1.1]));
    const inputs = c.discrete ? params : [...params, v([c.x, c.x])];
    const x = v([c.x, c.x]);
    const options = { dtype: 'float64', atol: 1e-5, rtol: 1e-4 } as const;
    checkBackward(
      (...given: Variable[]) => {
        const of = given.slice(0, c.params.length);
        const y = c.make(...of).logProb(c.discrete ? x : (given[c.params.length] as Variable));
        return y.add(total(given));
      },
      inputs,
      xp.ones([2], f64),
      options,
    );
    if (c.entropy !== undefined)
      checkBackward(
        (...given: Variable[]) => c.make(...given).entropy.add(total(given)),
        params,
        xp.ones([2], f64),
        options,
      );
  });

  if (c.cdf !== undefined && !/Pareto|Uniform/.test(_))
    test('gradients of distribution function and quantile are those of differences', () => {
      const params = c.params.map((p) => v([p, p * 1.1]));
      const inputs = c.discrete ? params : [...params, v([0.3, 0.9])];
      const options = { dtype: 'float64', atol: 1e-5, rtol: 1e-4 } as const;
      const members = c.discrete ? (['cdf'] as const) : (['cdf', 'icdf'] as const);
      for (const member of members) {
        const of = (...given: Variable[]) => {
          const d = c.make(...given.slice(0, c.params.length));
          const y = d[member](c.discrete ? v([c.x, c.x - 1]) : (given[c.params.length] as Variable));
          return y.add(total(given));
        };
        if (c.icdf !== undefined || member === 'cdf') checkBackward(of, inputs, xp.ones([2], f64), options);
      }
    });

  if (c.others !== undefined)
    test('the divergence is the mean of the difference of logarithms', () => {
      const q = make(c, c.others as number[]);
      near(D.klDivergence(d, d), 0, 10);
      random.seed(5);
      const x = d.sample(40000);
      const difference = F.mean(d.logProb(x).sub(q.logProb(x)));
      const [kl] = numbers(D.klDivergence(d, q)) as [number];
      expect(numbers(difference)[0]).toBeCloseTo(kl, 1);
      expect(kl).toBeGreaterThan(0);
    });

  test.each(
    devices()
      .filter((device) => device.synchronous)
      .map((device) => [device.name, device] as const),
  )('draws on %s have its mean and variance', (__, device) => {
    withDevice(device, () => {
      random.seed(7);
      const n = 40000;
      const one = c.make(...c.params.map((p) => xp.array([p, p], { dtype: 'float32' })));
      const draws = one.sample([n / 2, 2]);
      expect(draws.shape).toEqual([n / 2, 2, 2]);
      const data = numbers(draws);
      if (Number.isNaN(c.mean)) {
        // Cauchy: half of the draws lie within the scale around the median.
        const inside = data.filter((y) => Math.abs(y - 1) < 2).length / data.length;
        expect(inside).toBeCloseTo(0.5, 1);
        return;
      }
      const m = data.reduce((s, y) => s + y, 0) / data.length;
      const error = Math.sqrt(c.variance / data.length);
      expect(Math.abs(m - c.mean)).toBeLessThan(5 * error);
      const spread = data.reduce((s, y) => s + (y - c.mean) ** 2, 0) / data.length;
      // Pareto's fourth moment is infinite: its variance converges slowly.
      expect(Math.abs(spread / c.variance - 1)).toBeLessThan(
        one instanceof D.Pareto ? 0.4 : one instanceof D.LogNormal ? 0.1 : 0.05,
      );
    });
  });
});

test('draws are differentiable where they follow from noise', () => {
  for (const [name, c] of Object.entries(families)) {
    if (c.discrete || /Beta|Chisquare/.test(name)) continue;
    const params = c.params.map((p) => new Variable(v(p)));
    random.seed(1);
    const y = c.make(...params).sample(3);
    y.sum().backward();
    const which = /Gamma/.test(name) ? 1 : 0;
    expect([name, params[which]?.grad === null]).toEqual([name, false]);
  }
  const loc = new Variable(v(1));
  new D.Normal(loc, v(2)).sample(5).sum().backward();
  expect(loc.grad?.dataSync()[0]).toBe(5);
});

test('outside of their supports densities vanish, without disturbing gradients', () => {
  const lam = new Variable(v(2));
  const y = new D.Exponential(lam).logProb(v([-1]));
  near(y, Number.NEGATIVE_INFINITY);
  y.sum().backward();
  expect(Number(lam.grad?.dataSync()[0])).toBe(0);
  near(new D.Gamma(v(2), v(1)).logProb(v(-1)), Number.NEGATIVE_INFINITY);
  near(new D.Uniform({ loc: v(1), scale: v(2) }).logProb(v(3.5)), Number.NEGATIVE_INFINITY);
  near(new D.Poisson(v(2)).logProb(v(0.5)), Number.NEGATIVE_INFINITY);
  near(new D.Bernoulli(v(0.3), null, { binaryCheck: true }).logProb(v(0.5)), Number.NEGATIVE_INFINITY);
  near(new D.Normal(v(1), null, { logScale: v(Math.log(2)) }).logCdf(v(-50)), -329.28414899);
});

describe('distributions over classes', () => {
  const p = v([0.2, 0.5, 0.3]);

  test('Categorical', () => {
    const d = new D.Categorical(p);
    const x = xp.array([[2], [0]], { dtype: 'int32' });
    near(d.logProb(x.reshape([2])), [Math.log(0.3), Math.log(0.2)]);
    const entropy = -(0.2 * Math.log(0.2) + 0.5 * Math.log(0.5) + 0.3 * Math.log(0.3));
    near(d.entropy, entropy);
    near(new D.Categorical(null, { logit: p.mul(0).add(1) }).entropy, Math.log(3));
    expect(d.mode.array.itemSync()).toBe(1);
    near(new D.Categorical(v([0, 1])).entropy, 0);
    near(D.crossEntropy(d, new D.Categorical(v([1 / 3, 1 / 3, 1 / 3]))), Math.log(3));
    random.seed(2);
    const draws = Array.from(d.sample([10000]).array.dataSync(), Number);
    for (const k of [0, 1, 2])
      expect(draws.filter((y) => y === k).length / 10000).toBeCloseTo([0.2, 0.5, 0.3][k] as number, 1);
  });

  test('OneHotCategorical', () => {
    const d = new D.OneHotCategorical(p);
    expect([d.batchShape, d.eventShape, d.eventRank]).toEqual([[], [3], 1]);
    near(d.logProb(v([0, 0, 1])), Math.log(0.3));
    near(d.variance, [0.16, 0.25, 0.21]);
    near(d.covariance, [0.16, -0.1, -0.06, -0.1, 0.25, -0.15, -0.06, -0.15, 0.21]);
    near(d.mode, [0, 1, 0]);
    random.seed(3);
    near(F.mean(d.sample(20000), { axis: 0 }), [0.2, 0.5, 0.3], 1);
  });

  test('Dirichlet', () => {
    const d = new D.Dirichlet(v([2, 3, 1.5]));
    near(d.logProb(v([0.2, 0.5, 0.3])), 1.49247844);
    near(d.entropy, -1.10160545);
    near(d.variance, [0.02840237, 0.03313609, 0.02366864]);
    near(d.mode, [1 / 3.5, 2 / 3.5, 0.5 / 3.5]);
    const q = new D.Dirichlet(v([1, 2, 2]));
    near(D.klDivergence(d, d), 0);
    random.seed(4);
    const x = d.sample(20000);
    near(F.mean(x, { axis: 0 }), [2 / 6.5, 3 / 6.5, 1.5 / 6.5], 2);
    expect(numbers(F.mean(d.logProb(x).sub(q.logProb(x))))[0]).toBeCloseTo(
      numbers(D.klDivergence(d, q))[0] as number,
      1,
    );
  });
});

describe('vectors', () => {
  const scaleTril = xp.array(
    [
      [2, 0],
      [0.5, 1.5],
    ],
    f64,
  );
  const d = new D.MultivariateNormal(v([1, 2]), { scaleTril });

  test('MultivariateNormal', () => {
    near(d.logProb(v([0.3, 1])), -3.14898936);
    near(d.entropy, 3.93648936);
    near(d.covariance, [4, 1, 1, 2.5]);
    near(d.variance, [4, 2.5]);
    const q = new D.MultivariateNormal(v([0, 0]), {
      scaleTril: xp.array(
        [
          [1, 0],
          [0, 2],
        ],
        f64,
      ),
    });
    near(D.klDivergence(d, d), 0);
    random.seed(6);
    const x = d.sample(40000);
    near(F.mean(x, { axis: 0 }), [1, 2], 1);
    expect(numbers(F.mean(d.logProb(x).sub(q.logProb(x))))[0]).toBeCloseTo(
      numbers(D.klDivergence(d, q))[0] as number,
      1,
    );
    checkBackward(
      (m: Variable, l: Variable, y: Variable) =>
        new D.MultivariateNormal(m, {
          scaleTril: F.where(
            xp.array([
              [true, false],
              [true, true],
            ]),
            l,
            xp.zeros([2, 2], f64),
          ),
        }).logProb(y),
      [v([1, 2]), scaleTril, v([0.3, 1])],
      xp.ones([], f64),
      { dtype: 'float64', atol: 1e-5, rtol: 1e-4 },
    );
    expect(() => new D.MultivariateNormal(v([1]), { scaleTril })).toThrow(
      'needs scaleTril of shape [..., 1, 1], got [2,2]',
    );
  });

  test('Independent', () => {
    const parts = new D.Normal(xp.zeros([4, 2, 3], f64), xp.ones([4, 2, 3], f64));
    const all = new D.Independent(parts);
    expect([all.batchShape, all.eventShape]).toEqual([[4], [2, 3]]);
    expect(all.logProb(xp.zeros([5, 4, 2, 3], f64)).shape).toEqual([5, 4]);
    near(all.entropy, Array(4).fill(6 * (0.5 + Math.log(2 * Math.PI) / 2)));
    near(
      D.klDivergence(all, new D.Independent(new D.Normal(xp.ones([4, 2, 3], f64), xp.ones([4, 2, 3], f64)))),
      [3, 3, 3, 3],
    );
    expect(all.sample([2]).shape).toEqual([2, 4, 2, 3]);
    expect(new D.Independent(parts, { reinterpretedBatchNdims: 1 }).covariance.shape).toEqual([4, 2, 3, 3]);
    expect(() => new D.Independent(parts, { reinterpretedBatchNdims: 4 })).toThrow(
      'must lie in 0 … 3, the axes of the batch, got 4',
    );
  });
});

test('divergences: unknown ones are named, registered ones come first', () => {
  const [p, q] = [new D.Exponential(v(1)), new D.Normal(v(0), v(1))];
  expect(() => D.klDivergence(p, q)).toThrow('the divergence of Exponential from Normal is not known');
  class Own extends D.Exponential {}
  D.registerKl(Own, D.Normal, () => new Variable(v(42)));
  near(D.klDivergence(new Own(v(1)), q), 42);
  expect(() => D.klDivergence(p, q)).toThrow('registerKl(Exponential, Normal, …)');
});

test('mistakes', () => {
  expect(() => new D.Normal(v(0), v(1), { logScale: v(0) })).toThrow(
    '[Normal] give either scale or logScale, got both',
  );
  expect(() => new D.Bernoulli()).toThrow('[Bernoulli] give either p or logit, got neither');
  expect(() => new D.Poisson(arange(3))).toThrow('[Poisson] lam must have a floating dtype, got int32');
  expect(() => new D.Cauchy(v(0), undefined as never)).toThrow(
    '[Cauchy] scale must be a Variable or an NdArray, got undefined',
  );
  expect(() => new D.Uniform({} as never)).toThrow('[Uniform] give low and high, or loc and scale, got none');
  expect(() => new D.Cauchy(v(0), v(1)).sample([-1])).toThrow(
    'shape must hold non-negative integers, got [-1]',
  );
});

test('distribution functions vanish left of their supports, and are 1 right of them', () => {
  const far = v([-3, 1e6]);
  for (const d of [new D.Gamma(v(2), v(3)), new D.Chisquare(v(3)), new D.Beta(v(2), v(3))])
    near(d.cdf(far), [0, 1], 12);
  near(new D.Poisson(v(2)).cdf(v([-1, 2.5, 1000])), [0, 0.6766764161830634, 1], 12);
});

test('the quantile of a Poisson distribution is a count, at the ends as in SciPy', () => {
  const p = v([0, 0.001, 0.3, 0.5, 0.999999, 1, 1.5]);
  const quantiles = (mean: number) => numbers(new D.Poisson(v(mean)).icdf(p));
  expect(quantiles(0.5)).toEqual([-1, 0, 0, 0, 7, Number.POSITIVE_INFINITY, Number.NaN]);
  expect(quantiles(30)).toEqual([-1, 15, 27, 30, 59, Number.POSITIVE_INFINITY, Number.NaN]);
  expect(quantiles(500)).toEqual([-1, 432, 488, 500, 610, Number.POSITIVE_INFINITY, Number.NaN]);
});

test('the entropy of a Poisson distribution and its derivative, on both sides of where series take over', () => {
  const lam = new Variable(v([0.5, 2, 10, 63.9, 64, 100, 500]));
  const y = new D.Poisson(lam).entropy;
  const known = [0.9276374674957975, 1.7048826439329838, 2.5614099352749125, 3.496283679115326];
  near(y, [...known, 3.4970676106478122, 3.720686072260422, 4.52607574865772], 7);
  y.sum().backward();
  const slopes = [1.0070175690293757, 0.28485096042173574, 0.050941426984699056, 0.007845464246583056];
  near(
    new Variable(lam.grad as NdArray),
    [...slopes, 0.007833172826861023, 0.005008418297079764, 0.001000334001365566],
    8,
  );
});

test('distribution functions keep the dtype of what they are given', () => {
  for (const dtype of ['float16', 'float32'] as const) {
    const x = xp.array([0.3], { dtype });
    const y = new D.Beta(xp.array([2], { dtype }), xp.array([3.5], { dtype })).cdf(x);
    expect(y.dtype.name).toBe(dtype);
    expect(y.array.toArraySync()).toEqual([expect.closeTo(0.4117, 2)]);
  }
});
