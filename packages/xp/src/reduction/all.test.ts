import { describe, it } from 'vitest';
import { array, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { all, any, countNonzero } from './all.ts';

const x = array(
  [
    [3, 1, 2],
    [9, -4, 8],
  ],
  { dtype: 'float64' },
);
const b = array([
  [true, false],
  [true, true],
]);
const n = array(
  [
    [1, NaN, 7],
    [NaN, NaN, NaN],
  ],
  { dtype: 'float64' },
);
const none = zeros([0, 2], { dtype: 'float64' });

describe('all, any and countNonzero', () => {
  it('test elements for being different from zero', () => {
    near(all(b, 1), 'bool', [false, true]);
    near(any(b, { axis: 0, keepdims: true }), 'bool', [[true, true]]);
    near(all(x), 'bool', true);
    near(countNonzero(b), 'int32', 3);
    near(countNonzero(x.sub(1), 0), 'int32', [2, 1, 2]);
  });
  it('take NaN for true', () => {
    near(all(n), 'bool', true);
    near(countNonzero(n), 'int32', 6);
  });
  it('of nothing are true, false and 0', () => {
    near(all(none), 'bool', true);
    near(any(none, 0), 'bool', [false, false]);
    near(countNonzero(none), 'int32', 0);
  });
  it('count 64-bit integers in 64 bits', () => {
    near(countNonzero(array([0n, 5n])), 'int64', 1);
  });
});
