import { describe, expect, it } from 'vitest';
import { array, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { nanargmax, nanargmin, nanmax, nanmin } from './nanmax.ts';
import { nanmean, nanstd, nanvar } from './nanmean.ts';
import { nanprod, nansum } from './nansum.ts';

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
const n = array(
  [
    [1, NaN, 7],
    [NaN, NaN, NaN],
  ],
  { dtype: 'float64' },
);
const none = zeros([0, 2], { dtype: 'float64' });

describe('reductions that leave NaN aside', () => {
  it('sum and multiply the rest', () => {
    near(nansum(n, 1), 'float64', [8, 0]);
    near(nanprod(n, { axis: 1, keepdims: true }), 'float64', [[7], [1]]);
    near(nansum(i), 'int64', 2);
  });
  it('average the rest, NaN where nothing is left', () => {
    near(nanmean(n, 1), 'float64', [4, NaN]);
    near(nanvar(n, 1), 'float64', [9, NaN]);
    near(nanstd(n, { axis: 1, ddof: 1 }), 'float64', [4.2426406871, NaN]);
    near(nanmean(i, 0), 'float64', [2.5, -1.5]);
    near(nanvar(n, { axis: 0, ddof: 1 }), 'float64', [NaN, NaN, NaN]);
  });
  it('choose from the rest, NaN where nothing is left', () => {
    near(nanmax(n, 1), 'float64', [7, NaN]);
    near(nanmin(n), 'float64', 1);
    near(nanmax(i, 0), 'int32', [3, 1]);
    expect(() => nanmin(none, 0)).toThrow(/\[nanmin\] x has shape/);
  });
  it('find places among the rest, -1 where nothing is left', () => {
    near(nanargmax(n, 1), 'int32', [2, -1]);
    near(nanargmin(n), 'int32', 0);
    near(nanargmin(x, 1), 'int32', [1, 1]);
  });
});
