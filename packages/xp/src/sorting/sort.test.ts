import { describe, expect, it } from 'vitest';
import { array, complex, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { lexsort } from './lexsort.ts';
import { argpartition, partition } from './partition.ts';
import { searchsorted } from './searchsorted.ts';
import { argsort, msort, sort, sortComplex } from './sort.ts';

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
const n = array([3, NaN, 1, 2], { dtype: 'float64' });
const c = array([complex(2, 1), complex(1, 3), complex(1, 2)], { dtype: 'complex128' });
const ties = array([2, 1, 2, 1, 0]);
const steps = array([1, 3, 3, 5, NaN], { dtype: 'float64' });
const values = array(
  [
    [3, NaN],
    [0, 9],
  ],
  { dtype: 'float64' },
);
const big = array([9007199254740993n, 9007199254740992n, -1n]);

describe('sort and argsort', () => {
  it('work along an axis, the last unless given, or over all', () => {
    near(sort(x), 'float64', [
      [1, 2, 3],
      [-4, 8, 9],
    ]);
    near(sort(x, 0), 'float64', [
      [3, -4, 2],
      [9, 1, 8],
    ]);
    near(sort(x, { axis: null }), 'float64', [-4, 1, 2, 3, 8, 9]);
    near(argsort(x, { axis: 0 }), 'int32', [
      [0, 1, 0],
      [1, 0, 1],
    ]);
    near(msort(x), 'float64', [
      [3, -4, 2],
      [9, 1, 8],
    ]);
  });
  it('put NaN last', () => {
    near(sort(n), 'float64', [1, 2, 3, NaN]);
    near(argsort(n), 'int32', [2, 3, 0, 1]);
  });
  it('leave equal elements in order', () => {
    near(argsort(ties), 'int32', [4, 1, 3, 0, 2]);
  });
  it('compare 64-bit integers exactly, with 64-bit indices', () => {
    near(argsort(big), 'int64', [2, 1, 0]);
  });
  it('order complex numbers by real, then imaginary part', () => {
    near(sort(c), 'complex128', [complex(1, 2), complex(1, 3), complex(2, 1)]);
    near(sortComplex(i), 'complex128', [
      [complex(1, 0), complex(3, 0)],
      [complex(-4, 0), complex(2, 0)],
    ]);
  });
  it('read views and leave the array alone', () => {
    near(sort(x.at('::-1').transpose(), 1), 'float64', [
      [3, 9],
      [-4, 1],
      [2, 8],
    ]);
    near(x, 'float64', [
      [3, 1, 2],
      [9, -4, 8],
    ]);
  });
  it('blame the axis', () => {
    expect(() => sort(x, 2)).toThrow(/\[sort\] axis 2/);
    expect(() => argsort(x, -3)).toThrow(/\[argsort\] axis -3/);
  });
});

describe('lexsort', () => {
  it('sorts by the last key first', () => {
    near(
      lexsort([array([9, 4, 0, 4, 0, 2, 1]), array([1, 5, 1, 4, 3, 4, 4])]),
      'int32',
      [2, 0, 4, 6, 5, 3, 1],
    );
    near(lexsort(x), 'int32', [1, 2, 0]);
  });
  it('refuses keys that do not fit', () => {
    expect(() => lexsort([])).toThrow(/\[lexsort\] keys is empty/);
    expect(() => lexsort([n, ties])).toThrow(/\[lexsort\].*\(4,\).*\(5,\)/);
  });
});

describe('partition', () => {
  it('puts the kth element in its place', () => {
    near(partition(array([7, 1, 5, 3]), 2).at('2'), 'float32', 5);
    near(argpartition(array([7, 1, 5, 3]), -1).at('3'), 'int32', 0);
  });
  it('refuses places outside', () => {
    expect(() => partition(ties, 5)).toThrow(/\[partition\] kth is 5/);
    expect(() => argpartition(ties, [0, -6])).toThrow(/\[argpartition\] kth is -6/);
  });
});

describe('searchsorted', () => {
  it('finds places before or after equals, NaN last', () => {
    near(searchsorted(steps, values), 'int32', [
      [1, 4],
      [0, 4],
    ]);
    near(searchsorted(steps, values, { side: 'right' }), 'int32', [
      [3, 5],
      [0, 4],
    ]);
  });
  it('takes scalars, sorters, and an empty table', () => {
    near(searchsorted(steps, 4), 'int32', 3);
    near(
      searchsorted(array([5, 1, 3]), array([2, 6]), { sorter: array([1, 2, 0], { dtype: 'int32' }) }),
      'int32',
      [1, 3],
    );
    near(searchsorted(zeros([0]), array([2, 6])), 'int32', [0, 0]);
  });
  it('stays exact in tables whose places no float32 can hold', () => {
    near(searchsorted(array(new Float32Array(2 ** 24 + 3).fill(1, 2 ** 24 + 1)), 1), 'int32', 16777217);
  });
  it('blames the side and the table', () => {
    expect(() => searchsorted(steps, 1, { side: 'middle' as 'left' })).toThrow(
      /\[searchsorted\] side is "middle"/,
    );
    expect(() => searchsorted(x, 1)).toThrow(/\[searchsorted\] a has 2 dimensions/);
  });
});
