import { describe, expect, it } from 'vitest';
import { array, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { bincount } from './bincount.ts';
import { corrcoef, cov } from './cov.ts';
import { digitize } from './digitize.ts';
import { histogram, histogram2d, histogramdd } from './histogram.ts';

const h = array([1, 2, 2, 5, 7], { dtype: 'float64' });
const n = array([0, 3, 3, 1], { dtype: 'int32' });
const m = array(
  [
    [1, 2, 4, 3],
    [2, 1, 0, 5],
  ],
  { dtype: 'float64' },
);

describe('bincount', () => {
  it('counts, or adds up weights', () => {
    near(bincount(n), 'int32', [1, 1, 0, 2]);
    near(bincount(n, array([0.5, 1, 2, 4])), 'float64', [0.5, 4, 0, 3]);
    near(bincount(n, { minlength: 6 }), 'int32', [1, 1, 0, 2, 0, 0]);
    near(bincount(zeros([0], { dtype: 'int32' })), 'int32', []);
  });
  it('blames negative numbers, floats and weights', () => {
    expect(() => bincount(array([1, -2], { dtype: 'int32' }))).toThrow(/\[bincount\] x holds -2/);
    expect(() => bincount(h)).toThrow(/\[bincount\] x is float64/);
    expect(() => bincount(n, h)).toThrow(/\[bincount\] weights have shape \(5,\)/);
  });
});

describe('digitize', () => {
  it('finds bins that ascend or descend', () => {
    near(digitize(h, array([2, 5])), 'int32', [0, 1, 1, 2, 2]);
    near(digitize(h, array([2, 5]), { right: true }), 'int32', [0, 0, 0, 1, 2]);
    near(digitize(h, array([5, 2])), 'int32', [2, 1, 1, 0, 0]);
    near(digitize(h, array([5, 2]), { right: true }), 'int32', [2, 2, 2, 1, 0]);
  });
  it('refuses bins in no order', () => {
    expect(() => digitize(h, array([1, 3, 2]))).toThrow(/\[digitize\] bins neither ascend nor descend/);
  });
});

describe('histogram', () => {
  it('counts in equal bins or between edges', () => {
    near(histogram(h, { bins: 3 })[0], 'int32', [3, 0, 2]);
    near(histogram(h, { bins: 3 })[1], 'float64', [1, 3, 5, 7]);
    near(histogram(h, { bins: 2, range: [2, 6] })[0], 'int32', [2, 1]);
    near(histogram(h, { bins: [0, 2, 7], density: true })[0], 'float64', [0.1, 0.16]);
    near(histogram(h, { bins: 3, weights: h })[0], 'float64', [5, 0, 12]);
  });
  it('counts points in grids', () => {
    near(histogram2d(h, h.at([4, 3, 2, 1, 0]), { bins: [2, 3] })[0], 'float64', [
      [1, 0, 2],
      [2, 0, 0],
    ]);
    near(histogram2d(h, h.at([4, 3, 2, 1, 0]), { bins: [2, 3] })[2], 'float64', [1, 3, 5, 7]);
    near(histogramdd([h, h.mul(2)], { bins: 2, density: true })[0], 'float64', [
      [0.0333333333, 0],
      [0, 0.0222222222],
    ]);
  });
  it('blames bins and weights', () => {
    expect(() => histogram(h, { bins: 0 })).toThrow(/\[histogram\] bins is 0/);
    expect(() => histogram(h, { bins: [2, 1, 3] })).toThrow(/\[histogram\] bins do not ascend/);
    expect(() => histogram(h, { weights: m })).toThrow(/\[histogram\] weights have shape \(2, 4\)/);
    expect(() => histogram2d(h, n)).toThrow(/\[histogram2d\] x has 5 elements but y has 4/);
  });
});

describe('cov and corrcoef', () => {
  it('relate variables given as rows or columns', () => {
    near(cov(m), 'float64', [
      [1.6666666667, -0.3333333333],
      [-0.3333333333, 4.6666666667],
    ]);
    near(cov(m.transpose(), { rowvar: false, ddof: 0 }), 'float64', [
      [1.25, -0.25],
      [-0.25, 3.5],
    ]);
    near(cov(h), 'float64', 6.3);
    near(cov(m, array([1, 1, 2, 0])), 'float64', [
      [1.6666666667, -0.3333333333, 0.3333333333],
      [-0.3333333333, 4.6666666667, -1.6666666667],
      [0.3333333333, -1.6666666667, 0.6666666667],
    ]);
    near(corrcoef(m), 'float64', [
      [1, -0.1195228609],
      [-0.1195228609, 1],
    ]);
    near(corrcoef(h, h.mul(-3)), 'float64', [
      [1, -1],
      [-1, 1],
    ]);
  });
  it('weigh observations', () => {
    near(cov(m, { fweights: n }), 'float64', [
      [1, -0.5],
      [-0.5, 3.1428571429],
    ]);
    near(cov(m, { aweights: array([1, 2, 0.5, 1]), bias: true }), 'float64', [
      [0.8395061728, 0.2222222222],
      [0.2222222222, 2.8888888889],
    ]);
  });
  it('blame observations that do not fit', () => {
    expect(() => cov(m, h)).toThrow(/\[cov\] a has 4 observations but y has 5/);
    expect(() => cov(m, { aweights: h })).toThrow(/\[cov\] aweights have shape \(5,\)/);
  });
});
