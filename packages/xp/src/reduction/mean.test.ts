import { describe, expect, it } from 'vitest';
import { array, complex, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { mean } from './mean.ts';
import { std, var_ as variance } from './var.ts';

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
const b = array([
  [true, false],
  [true, true],
]);
const c = array([complex(1, 2), complex(3, -1)], { dtype: 'complex128' });
const none = zeros([0, 2], { dtype: 'float64' });
const far = array([100000, 100001, 100002], { dtype: 'float32' });

describe('mean', () => {
  it('averages over axes', () => {
    near(mean(x), 'float64', 3.1666666667);
    near(mean(x, { axis: 0, keepdims: true }), 'float64', [[6, -1.5, 5]]);
  });
  it('gives float64 for integers and booleans, other types as they are', () => {
    near(mean(i, 1), 'float64', [2, -1]);
    near(mean(b), 'float64', 0.75);
    near(mean(c), 'complex128', complex(2, 0.5));
    near(mean(x, { dtype: 'float32' }), 'float32', 3.1666667461);
  });
  it('of nothing is NaN', () => {
    near(mean(none, 0), 'float64', [NaN, NaN]);
  });
  it('blames the axis', () => {
    expect(() => mean(x, 5)).toThrow(/\[mean\] axis 5/);
  });
});

describe('var and std', () => {
  it('divide by n - ddof', () => {
    near(variance(x, 1), 'float64', [0.6666666667, 34.8888888889]);
    near(variance(x, { axis: 1, ddof: 1 }), 'float64', [1, 52.3333333333]);
    near(std(x, { axis: [0, 1], ddof: 2, keepdims: true }), 'float64', [[5.3580158019]]);
  });
  it('are real for complex numbers and float64 for integers', () => {
    near(variance(c), 'float64', 3.25);
    near(variance(i, 0), 'float64', [0.25, 6.25]);
    near(std(b), 'float64', 0.4330127019);
  });
  it('keep small deviations of large values', () => {
    near(variance(far), 'float32', 0.6666666865);
  });
  it('divide by zero rather than by a negative number', () => {
    near(variance(x, { axis: 0, ddof: 3 }), 'float64', [Infinity, Infinity, Infinity]);
  });
});
