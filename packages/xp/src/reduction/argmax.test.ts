import { describe, expect, it } from 'vitest';
import { array, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { argmax, argmin } from './argmax.ts';

const x = array(
  [
    [3, 1, 2],
    [9, -4, 8],
  ],
  { dtype: 'float64' },
);
const n = array(
  [
    [1, NaN, 7],
    [NaN, NaN, NaN],
  ],
  { dtype: 'float64' },
);
const none = zeros([0, 2], { dtype: 'float64' });
const ties = array(
  [
    [2, 7, 7],
    [7, 2, 2],
  ],
  { dtype: 'float64' },
);

describe('argmax and argmin', () => {
  it('count along an axis, or in C order over all', () => {
    near(argmax(x, 1), 'int32', [0, 0]);
    near(argmin(x, { axis: 0, keepdims: true }), 'int32', [[0, 1, 0]]);
    near(argmax(x), 'int32', 3);
    near(argmin(x, { keepdims: true }), 'int32', [[4]]);
  });
  it('find the first of equals', () => {
    near(argmax(ties, 1), 'int32', [1, 0]);
    near(argmin(ties, 1), 'int32', [0, 1]);
  });
  it('find the first NaN', () => {
    near(argmax(n, 1), 'int32', [1, 0]);
    near(argmin(n), 'int32', 1);
  });
  it('flatten views in C order', () => {
    near(argmax(x.transpose()), 'int32', 1);
  });
  it('refuse nothing and wrong axes', () => {
    expect(() => argmax(none, 0)).toThrow(/\[argmax\] x has shape \(0, 2\)/);
    expect(() => argmin(x, 2)).toThrow(/\[argmin\] axis 2/);
  });
});
