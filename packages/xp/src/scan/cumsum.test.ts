import { describe, expect, it } from 'vitest';
import { array, complex, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { cumprod, cumsum } from './cumsum.ts';
import { cumulativeProd, cumulativeSum } from './cumulative-sum.ts';
import { nancumprod, nancumsum } from './nancumsum.ts';

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
const n = array(
  [
    [1, NaN, 7],
    [NaN, NaN, NaN],
  ],
  { dtype: 'float64' },
);

describe('cumsum and cumprod', () => {
  it('run along an axis, or over all elements', () => {
    near(cumsum(x, 1), 'float64', [
      [3, 4, 6],
      [9, 5, 13],
    ]);
    near(cumsum(x, { axis: 0 }), 'float64', [
      [3, 1, 2],
      [12, -3, 10],
    ]);
    near(cumprod(x), 'float64', [3, 3, 6, 54, -216, -1728]);
    near(cumsum(c), 'complex128', [complex(1, 2), complex(4, 1)]);
  });
  it('widen integers and booleans, or use the dtype asked for', () => {
    near(cumsum(i, 0), 'int64', [
      [3, 1],
      [5, -3],
    ]);
    near(cumsum(b), 'int64', [1, 1, 2, 3]);
    near(cumprod(i, { dtype: 'float32' }), 'float32', [3, 3, 6, -24]);
  });
  it('read views', () => {
    near(cumsum(x.at('::-1').transpose(), 1), 'float64', [
      [9, 12],
      [-4, -3],
      [8, 10],
    ]);
  });
  it('write into out, in place too', () => {
    near(cumsum(x, { axis: 0, out: zeros([2, 3], { dtype: 'float32' }) }), 'float32', [
      [3, 1, 2],
      [12, -3, 10],
    ]);
    near(
      (() => {
        const y = array([1, 2, 3]);
        return cumsum(y, { out: y });
      })(),
      'float32',
      [1, 3, 6],
    );
  });
  it('blame the axis', () => {
    expect(() => cumsum(x, 2)).toThrow(/\[cumsum\] axis 2/);
  });
  it('count NaN as nothing in their nan forms', () => {
    near(nancumsum(n, 1), 'float64', [
      [1, 1, 8],
      [0, 0, 0],
    ]);
    near(nancumprod(n), 'float64', [1, 1, 7, 7, 7, 7]);
  });
});

describe('cumulativeSum and cumulativeProd', () => {
  it('begin with the initial value if asked to', () => {
    near(cumulativeSum(i, { axis: 0, includeInitial: true }), 'int64', [
      [0, 0],
      [3, 1],
      [5, -3],
    ]);
    near(cumulativeProd(x, { axis: 1 }), 'float64', [
      [3, 3, 6],
      [9, -36, -288],
    ]);
  });
  it('ask for the axis', () => {
    expect(() => cumulativeSum(x)).toThrow(/\[cumulativeSum\] x has 2 dimensions/);
  });
});
