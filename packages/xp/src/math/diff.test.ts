import { describe, expect, it } from 'vitest';
import { array, type NdArray } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { diff, ediff1d } from './diff.ts';
import { gradient } from './gradient.ts';
import { trapezoid } from './trapezoid.ts';
import { unwrap } from './unwrap.ts';

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
const squares = array([1, 4, 9, 16], { dtype: 'float64' });
const places = array([0, 1, 1.5, 3], { dtype: 'float64' });
const one = (g: NdArray | NdArray[]) => g as NdArray;

describe('diff', () => {
  it('takes differences along an axis, several times', () => {
    near(diff(x), 'float64', [
      [-2, 1],
      [-13, 12],
    ]);
    near(diff(x, { axis: 0 }), 'float64', [[6, -5, 6]]);
    near(diff(squares, { n: 2 }), 'float64', [2, 2]);
    near(diff(squares, { n: 9 }), 'float64', []);
    near(diff(squares, { n: 0 }), 'float64', [1, 4, 9, 16]);
  });
  it('puts values around first', () => {
    near(diff(squares, { prepend: 0, append: array([20, 30]) }), 'float64', [1, 3, 5, 7, 4, 10]);
    near(diff(x, { prepend: array([[1], [2]]) }), 'float64', [
      [2, -2, 1],
      [7, -13, 12],
    ]);
  });
  it('tells whether booleans differ', () => {
    near(diff(array([true, false, false])), 'bool', [true, false]);
  });
  it('blames n, the axis and 0-d arrays', () => {
    expect(() => diff(x, { n: -1 })).toThrow(/\[diff\] n is -1/);
    expect(() => diff(x, { axis: 2 })).toThrow(/\[diff\] axis 2/);
    expect(() => diff(array(1))).toThrow(/\[diff\] x is 0-dimensional/);
  });
  it('ediff1d works on the flattened array', () => {
    near(ediff1d(x), 'float64', [-2, 1, 7, -13, 12]);
    near(ediff1d(i, array([7]), array([8, 9])), 'int32', [8, 9, -2, 1, -6, 7]);
  });
});

describe('gradient', () => {
  it('is central inside and one-sided at the ends', () => {
    near(one(gradient(squares)), 'float64', [3, 4, 6, 7]);
    near(one(gradient(squares, 2)), 'float64', [1.5, 2, 3, 3.5]);
    near(one(gradient(squares, { edgeOrder: 2 })), 'float64', [2, 4, 6, 8]);
  });
  it('takes coordinates', () => {
    near(one(gradient(squares, places)), 'float64', [3, 7.6666666667, 8.6666666667, 4.6666666667]);
    near(
      one(gradient(squares, places, { edgeOrder: 2 })),
      'float64',
      [-1.6666666667, 7.6666666667, 8.6666666667, 0.6666666667],
    );
  });
  it('gives one array for each axis', () => {
    near((gradient(x, 1, 0.5) as NdArray[])[0] as NdArray, 'float64', [
      [6, -5, 6],
      [6, -5, 6],
    ]);
    near((gradient(x, 1, 0.5) as NdArray[])[1] as NdArray, 'float64', [
      [-4, -1, 2],
      [-26, -1, 24],
    ]);
    near(one(gradient(i, { axis: -1 })), 'float64', [
      [-2, -2],
      [-6, -6],
    ]);
  });
  it('blames short axes and spacings', () => {
    expect(() => gradient(array([1]))).toThrow(
      /\[gradient\] axis 0 of f has 1 elements; expected at least 2/,
    );
    expect(() => gradient(squares, array([1, 2]))).toThrow(/\[gradient\] spacing has shape \(2,\)/);
    expect(() => gradient(x, 1, 2, 3)).toThrow(/\[gradient\] 3 spacings were given for 2 axes/);
  });
});

describe('trapezoid', () => {
  it('integrates along an axis', () => {
    near(trapezoid(squares), 'float64', 21.5);
    near(trapezoid(squares, places), 'float64', 24.5);
    near(trapezoid(x, { axis: 0, dx: 2 }), 'float64', [12, -3, 10]);
    near(trapezoid(i), 'float64', [2, -1]);
  });
  it('blames coordinates', () => {
    expect(() => trapezoid(squares, array([1, 2]))).toThrow(/\[trapezoid\] x has shape \(2,\)/);
  });
});

describe('unwrap', () => {
  it('takes out jumps of a period', () => {
    near(
      unwrap(array([0, 3, -3, 0, 6], { dtype: 'float64' })),
      'float64',
      [0, 3, 3.2831853072, 6.2831853072, 6],
    );
    near(unwrap(i, { axis: 0, period: 4 }), 'int32', [
      [3, 1],
      [2, 0],
    ]);
    near(unwrap(array([0, 4, 8], { dtype: 'float64' }), { discont: 5 }), 'float64', [0, 4, 8]);
  });
});
