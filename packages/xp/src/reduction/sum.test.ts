import { describe, expect, it } from 'vitest';
import { array, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { prod } from './prod.ts';
import { sum } from './sum.ts';

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
const none = zeros([0, 2], { dtype: 'float64' });
const half = zeros([3000], { dtype: 'float16' }).add(1);

describe('sum', () => {
  it('takes an axis, several, none, or options', () => {
    near(sum(x), 'float64', 19);
    near(sum(x, 0), 'float64', [12, -3, 10]);
    near(sum(x, [0, 1]), 'float64', 19);
    near(sum(x, []), 'float64', [
      [3, 1, 2],
      [9, -4, 8],
    ]);
    near(sum(x, { axis: -1, keepdims: true }), 'float64', [[6], [13]]);
    near(sum(x, 1, { keepdims: true }), 'float64', [[6], [13]]);
  });
  it('widens integers and booleans to 64 bits', () => {
    near(sum(i, 1), 'int64', [4, -2]);
    near(sum(u), 'uint64', 300);
    near(sum(b, 0), 'int64', [2, 1]);
  });
  it('computes in the dtype asked for', () => {
    near(sum(i, { dtype: 'int32' }), 'int32', 2);
    near(sum(x, { axis: 0, dtype: 'float32' }), 'float32', [12, -3, 10]);
  });
  it('adds float16 up in float32: 3000 ones are not stuck at 2048', () => {
    near(sum(half), 'float16', 3000);
  });
  it('of nothing is 0', () => {
    near(sum(none), 'float64', 0);
    near(sum(none, 0), 'float64', [0, 0]);
    near(sum(none, 1), 'float64', []);
  });
  it('reads transposed and reversed views', () => {
    near(sum(x.transpose(), 0), 'float64', [6, 13]);
    near(sum(x.at('::-1', '::2'), 1), 'float64', [17, 5]);
  });
  it('leaves the result in out, and refuses one that does not fit', () => {
    near(sum(x, { axis: 0, out: zeros([3], { dtype: 'float32' }) }), 'float32', [12, -3, 10]);
    expect(() => sum(x, { axis: 0, out: zeros([2]) })).toThrow(/\[sum\].*\(2,\).*\(3,\)/);
    expect(() => sum(x, { out: zeros([], { dtype: 'int32' }) })).toThrow(/\[sum\].*float64.*int32/);
  });
  it('blames the axis', () => {
    expect(() => sum(x, 2)).toThrow(/\[sum\] axis 2 .* dimension 2/);
    expect(() => sum(x, [0, -2])).toThrow(/\[sum\] duplicate axis/);
  });
});

describe('prod', () => {
  it('multiplies with the same types', () => {
    near(prod(x, 1), 'float64', [6, -288]);
    near(prod(i), 'int64', -24);
    near(prod(none, 0), 'float64', [1, 1]);
    near(prod(u, { dtype: 'uint8' }), 'uint8', 32);
  });
});
