import { describe, expect, it } from 'vitest';
import { array } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { average } from './average.ts';

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
const w = array([1, 2, 1], { dtype: 'float64' });

describe('average', () => {
  it('weighs elements, or places along an axis', () => {
    near(average(x), 'float64', 3.1666666667);
    near(average(x, { axis: 1, weights: w }), 'float64', [1.75, 2.25]);
    near(average(x, { weights: x }), 'float64', 9.2105263158);
    near(average(i, 0), 'float64', [2.5, -1.5]);
  });
  it('returns the sum of weights too', () => {
    near(average(x, 1, { weights: w, returned: true })[1], 'float64', [4, 4]);
    near(average(x, { axis: 0, returned: true })[1], 'float64', [2, 2, 2]);
  });
  it('refuses weights that do not fit, or vanish', () => {
    expect(() => average(x, { weights: w })).toThrow(/\[average\] weights have shape \(3,\).*\(2, 3\)/);
    expect(() => average(x, { axis: 1, weights: w.sub(w) })).toThrow(
      /\[average\] the weights add up to zero/,
    );
  });
});
