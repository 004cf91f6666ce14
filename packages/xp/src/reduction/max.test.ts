import { describe, expect, it } from 'vitest';
import { array, complex, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { amax, max, min } from './max.ts';
import { ptp } from './ptp.ts';

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
const u = array([200, 100], { dtype: 'uint8' });
const b = array([
  [true, false],
  [true, true],
]);
const c = array([complex(1, 2), complex(3, -1)], { dtype: 'complex128' });
const n = array(
  [
    [1, NaN, 7],
    [NaN, NaN, NaN],
  ],
  { dtype: 'float64' },
);
const none = zeros([0, 2], { dtype: 'float64' });

describe('max and min', () => {
  it('choose over axes, in the own dtype', () => {
    near(max(x, 1), 'float64', [3, 9]);
    near(min(x, { axis: 0, keepdims: true }), 'float64', [[3, -4, 2]]);
    near(max(i), 'int32', 3);
    near(min(u), 'uint8', 100);
    near(min(b, 0), 'bool', [true, false]);
    near(amax(b), 'bool', true);
  });
  it('order complex numbers by real, then imaginary part', () => {
    near(max(c), 'complex128', complex(3, -1));
    near(min(c), 'complex128', complex(1, 2));
  });
  it('give NaN where a NaN takes part', () => {
    near(max(n, 0), 'float64', [NaN, NaN, NaN]);
    near(min(n), 'float64', NaN);
  });
  it('reach the ends of integer ranges', () => {
    near(max(array([-128, -127], { dtype: 'int8' })), 'int8', -127);
    near(
      min(array([18446744073709551615n, 9007199254740993n], { dtype: 'uint64' }).at([0]).gt(5)),
      'bool',
      true,
    );
  });
  it('refuse to choose from nothing', () => {
    expect(() => max(none)).toThrow(/\[max\] x has shape \(0, 2\)/);
    expect(() => min(none, 0)).toThrow(/\[min\].*axis 0/);
    near(max(none, 1), 'float64', []);
  });
});

describe('ptp', () => {
  it('is the range', () => {
    near(ptp(x, 1), 'float64', [2, 13]);
    near(ptp(u), 'uint8', 100);
    expect(() => ptp(b)).toThrow(/\[ptp\] x is bool/);
  });
});
