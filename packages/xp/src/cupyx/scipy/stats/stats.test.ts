import { expect, test } from 'vitest';
import { array, cupyx } from '../../../index.ts';

const { stats } = cupyx.scipy;
const f64 = { dtype: 'float64' } as const;

test('scores', () => {
  const x = array(
    [
      [1, 2],
      [3, 6],
    ],
    f64,
  );
  expect(stats.zscore(x).toArraySync()).toEqual([
    [-1, -1],
    [1, 1],
  ]);
  expect(stats.zscore(x, { axis: 1 }).toArraySync()).toEqual([
    [-1, 1],
    [-1, 1],
  ]);
  expect(stats.zmap(array([7], f64), array([1, 3], f64)).toArraySync()).toEqual([5]);
});

test('entropy, alone and of two', () => {
  expect(stats.entropy(array([1, 1, 2], f64), { base: 2 }).itemSync()).toBeCloseTo(1.5, 14);
  const expected = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5);
  expect(stats.entropy(array([1, 3], f64), array([2, 2], f64)).itemSync()).toBeCloseTo(expected, 14);
  expect(() => stats.entropy(array([1]), { base: -1 })).toThrow('[entropy] base must be positive, got -1');
});

test('trimmed means and a likelihood', () => {
  expect(stats.trimMean(array([5, 1, 9, 2, 7], f64), 0.2).itemSync()).toBeCloseTo(14 / 3, 14);
  expect(() => stats.trimMean(array([1, 2]), 0.5)).toThrow(
    '[trimMean] a share of 0.5 at both ends leaves nothing of 2',
  );
  // (λ - 1) Σ ln x - n/2 ln var((x^λ - 1) / λ), by hand for λ = 1 and λ → 0.
  const logs = [0, Math.log(2), Math.log(4)];
  const variance = (v: number[]) => {
    const m = v.reduce((s, x) => s + x, 0) / v.length;
    return v.reduce((s, x) => s + (x - m) ** 2, 0) / v.length;
  };
  const x = array([1, 2, 4], f64);
  expect(stats.boxcoxLlf(1, x).itemSync()).toBeCloseTo(-1.5 * Math.log(variance([1, 2, 4])), 12);
  expect(stats.boxcoxLlf(0, x).itemSync()).toBeCloseTo(-Math.log(8) - 1.5 * Math.log(variance(logs)), 12);
});
