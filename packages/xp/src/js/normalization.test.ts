import { describe, expect, it } from 'vitest';
import { bfloat16, type DType, float16, float32, float64 } from '../core/dtype.ts';
import { blank, integers, layouts, make, numbers } from './arrays.testing.ts';
import { batchNormalization, batchNormalizationGrad, fixedBatchNormalization } from './normalization.ts';

// Expected values: PyTorch 2.13 in float64, eps 0.5.
const expected = {
  y: [
    -2.05488065153798, 2.2373188430458266, -0.21536658243063433, 1.5665445522975103, 2.713308910459502,
    3.860073268621494, 3.463661555784057, 1.0109761303075961, -1.4417092951688648, 2.139926731378506,
    3.286691089540498, 4.43345544770249,
  ],
  mean: [-0.8333333333333334, 0],
  variance: [10.138888888888888, 11.666666666666666],
  invStd: [0.3065856781845576, 0.28669108954049793],
  gx: [
    -1.181515563969731, -0.10406302392687337, 2.1709147760744654, 0.48894576229852044, -0.4182548087131922,
    0.6813822470585807, 0.29137646699524533, -1.7258452275872225, 0.5491325724141162, -0.6813822470585807,
    0.4182548087131922, -0.48894576229852044,
  ],
  ggamma: [3.474637686091653, 0.8600732686214938],
  gbeta: [-2, 3],
};
const tolerances: readonly (readonly [DType, number])[] = [
  [float64, 1e-14],
  [float32, 1e-6],
  [float16, 3e-3],
  [bfloat16, 3e-2],
];

function expectClose(got: number[], want: readonly number[], tolerance: number): void {
  want.forEach((w, i) => {
    expect(Math.abs((got[i] as number) - w), `element ${i}: ${got[i]} against ${w}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(w)),
    );
  });
}

describe.each(layouts)('batch normalization (%s)', (_, layout) => {
  it.each(tolerances)('normalizes each channel in %s', (d, tolerance) => {
    const x = make(integers([2, 2, 3]), [2, 2, 3], d, layout);
    const gamma = make([2, -1], [2], d, layout);
    const beta = make([0.5, 3], [2], d, layout);
    const y = blank([2, 2, 3], d, layout);
    // Statistics may be wider than the data.
    const wide = d === float64 ? float64 : float32;
    const [mean, variance, invStd] = [0, 1, 2].map(() => blank([2], wide, layout));
    batchNormalization(x, gamma, beta, y, mean!, variance!, invStd!, [1], 0.5);
    expectClose(numbers(y), expected.y, tolerance);
    expectClose(numbers(mean!), expected.mean, 1e-6);
    expectClose(numbers(variance!), expected.variance, 1e-6);
    expectClose(numbers(invStd!), expected.invStd, 1e-6);
    const fixed = blank([2, 2, 3], d, layout);
    fixedBatchNormalization(x, gamma, beta, mean!, variance!, fixed, [1], 0.5);
    expectClose(numbers(fixed), expected.y, tolerance);
    const gx = blank([2, 2, 3], d, layout);
    const [ggamma, gbeta] = [0, 1].map(() => blank([2], d, layout));
    const gy = make(integers([2, 2, 3], 3, 7, 3), [2, 2, 3], d, layout);
    batchNormalizationGrad(x, gamma, mean!, invStd!, gy, gx, ggamma!, gbeta!, [1]);
    expectClose(numbers(gx), expected.gx, tolerance);
    expectClose(numbers(ggamma!), expected.ggamma, tolerance);
    expectClose(numbers(gbeta!), expected.gbeta, tolerance);
  });

  it('keeps several axes', () => {
    // NumPy: (x - x.mean(0)) / sqrt(x.var(0) + 0.25)
    const x = make(integers([3, 2, 2]), [3, 2, 2], float64, layout);
    const y = blank([3, 2, 2], float64, layout);
    const [mean, variance, invStd] = [0, 1, 2].map(() => blank([2, 2], float64, layout));
    const ones = make([1, 1, 1, 1], [2, 2], float64, layout);
    const zeros = make([0, 0, 0, 0], [2, 2], float64, layout);
    batchNormalization(x, ones, zeros, y, mean!, variance!, invStd!, [1, 2], 0.25);
    expectClose(
      numbers(y),
      [
        -0.8732960061725276, 0.4990262892414444, -0.8732960061725276, 1.2156613477096616, 1.3723222954139718,
        -1.3723222954139718, 1.3723222954139718, 0, -0.4990262892414444, 0.8732960061725276,
        -0.49902628924144427, -1.2156613477096616,
      ],
      1e-14,
    );
    expectClose(numbers(mean!), [-8 / 3, 2 / 3, 1 / 3, 0], 1e-14);
    expectClose(numbers(variance!), [62 / 9, 62 / 9, 62 / 9, 50 / 3], 1e-14);
  });

  it('sums in double precision', () => {
    // Mean 1e4, deviations of 1: squares of single-precision sums would drown them.
    const list = Array.from({ length: 1000 }, (_, i) => 1e4 + (i % 2 ? 1 : -1));
    const y = blank([1000, 1], float32, layout);
    const [mean, variance, invStd] = [0, 1, 2].map(() => blank([1], float32, layout));
    const one = make([1], [1], float32, layout);
    const zero = make([0], [1], float32, layout);
    batchNormalization(
      make(list, [1000, 1], float32, layout),
      one,
      zero,
      y,
      mean!,
      variance!,
      invStd!,
      [1],
      0,
    );
    expect(numbers(variance!)).toEqual([1]);
    expect(numbers(y)).toEqual(list.map((v) => v - 1e4));
  });

  it('leaves no statistics for no channels', () => {
    const x = blank([3, 0], float32, layout);
    const c = blank([0], float32, layout);
    batchNormalization(x, c, c, x, c, c, c, [1], 1e-5);
    batchNormalizationGrad(x, c, c, c, x, x, c, c, [1]);
    expect(numbers(c)).toEqual([]);
  });
});
