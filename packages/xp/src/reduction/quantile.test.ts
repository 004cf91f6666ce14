import { describe, expect, it } from 'vitest';
import { array, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { median } from './median.ts';
import { nanmedian } from './nanmedian.ts';
import { percentile, quantile } from './quantile.ts';

const x = array(
  [
    [3, 1, 2],
    [9, -4, 8],
  ],
  { dtype: 'float64' },
);
const i = array(
  [
    [3, 1],
    [2, -4],
  ],
  { dtype: 'int32' },
);
const none = zeros([0, 2], { dtype: 'float64' });
const m = array(
  [
    [4, 1, 7, 2],
    [5, NaN, 3, 9],
  ],
  { dtype: 'float64' },
);
const q = array([4, 1, 7, 2, 9], { dtype: 'float64' });

describe('median', () => {
  it('is the middle element, or the mean of the two middle ones', () => {
    near(median(x, 1), 'float64', [2, 8]);
    near(median(x), 'float64', 2.5);
    near(median(i, { axis: 0, keepdims: true }), 'float64', [[2.5, -1.5]]);
  });
  it('is NaN where a NaN takes part, unless it is left aside', () => {
    near(median(m, 1), 'float64', [3, NaN]);
    near(nanmedian(m, 1), 'float64', [3, 5]);
    near(nanmedian(m, 0), 'float64', [4.5, 1, 5, 5.5]);
  });
  it('of nothing is NaN', () => {
    near(median(none, 0), 'float64', [NaN, NaN]);
    near(nanmedian(none, 0), 'float64', [NaN, NaN]);
  });
});

describe('quantile', () => {
  it('knows the method inverted_cdf', () => {
    near(quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'inverted_cdf' }), 'float64', [1, 1, 2, 4, 9, 9]);
  });
  it('knows the method averaged_inverted_cdf', () => {
    near(
      quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'averaged_inverted_cdf' }),
      'float64',
      [1, 1, 2, 4, 9, 9],
    );
  });
  it('knows the method closest_observation', () => {
    near(
      quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'closest_observation' }),
      'float64',
      [1, 1, 2, 2, 9, 9],
    );
  });
  it('knows the method interpolated_inverted_cdf', () => {
    near(
      quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'interpolated_inverted_cdf' }),
      'float64',
      [1, 1, 1.5, 3, 8.5, 9],
    );
  });
  it('knows the method hazen', () => {
    near(quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'hazen' }), 'float64', [1, 1, 2, 4, 9, 9]);
  });
  it('knows the method weibull', () => {
    near(quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'weibull' }), 'float64', [1, 1, 1.8, 4, 9, 9]);
  });
  it('knows the method linear', () => {
    near(quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'linear' }), 'float64', [1, 1.4, 2.4, 4, 8.6, 9]);
  });
  it('knows the method median_unbiased', () => {
    near(
      quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'median_unbiased' }),
      'float64',
      [1, 1, 1.9333333333, 4, 9, 9],
    );
  });
  it('knows the method normal_unbiased', () => {
    near(
      quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'normal_unbiased' }),
      'float64',
      [1, 1, 1.95, 4, 9, 9],
    );
  });
  it('knows the method lower', () => {
    near(quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'lower' }), 'float64', [1, 1, 2, 4, 7, 9]);
  });
  it('knows the method higher', () => {
    near(quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'higher' }), 'float64', [1, 2, 4, 4, 9, 9]);
  });
  it('knows the method midpoint', () => {
    near(quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'midpoint' }), 'float64', [1, 1.5, 3, 4, 8, 9]);
  });
  it('knows the method nearest', () => {
    near(quantile(q, [0, 0.1, 0.3, 0.5, 0.95, 1], { method: 'nearest' }), 'float64', [1, 1, 2, 4, 9, 9]);
  });
  it('puts the axes of q first', () => {
    near(
      quantile(
        x,
        array(
          [
            [0.5, 1],
            [0, 0.25],
          ],
          { dtype: 'float64' },
        ),
        1,
      ),
      'float64',
      [
        [
          [2, 8],
          [3, 9],
        ],
        [
          [1, -4],
          [1.5, 2],
        ],
      ],
    );
    near(percentile(x, 50, { axis: [0, 1], keepdims: true }), 'float64', [[2.5]]);
  });
  it('keeps integers only for methods that choose an element', () => {
    near(percentile(i, 40, { method: 'lower' }), 'int32', 1);
    near(percentile(i, 40), 'float64', 1.2);
  });
  it('is NaN where a NaN takes part', () => {
    near(quantile(m, 0.25, 1), 'float64', [1.75, NaN]);
  });
  it('blames q, the method and empty input', () => {
    expect(() => quantile(x, 1.5)).toThrow(/\[quantile\] q is 1.5/);
    expect(() => percentile(x, [5, -1])).toThrow(/\[percentile\] q is -1/);
    expect(() => quantile(x, 0.5, { method: 'best' as 'linear' })).toThrow(/\[quantile\] method is "best"/);
    expect(() => quantile(none, 0.5, 0)).toThrow(/\[quantile\] x has shape \(0, 2\)/);
  });
});
