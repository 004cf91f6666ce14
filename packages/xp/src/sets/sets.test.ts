import { describe, expect, it } from 'vitest';
import { array, type NdArray, zeros } from '../index.ts';
import { near } from '../testing/near.testing.ts';
import { in1d, isin } from './isin.ts';
import { intersect1d, setdiff1d, setxor1d, union1d } from './set-operations.ts';
import { unique, uniqueAll, uniqueCounts, uniqueInverse, uniqueValues } from './unique.ts';

const r = array(
  [
    [1, 0],
    [2, 2],
    [1, 0],
    [0, 5],
  ],
  { dtype: 'int32' },
);
const f = array([2, NaN, 1, NaN], { dtype: 'float64' });
const p = array([5, 1, 3, 3], { dtype: 'float64' });
const o = array([3, 4, 1], { dtype: 'float64' });
const everything = { returnIndex: true, returnInverse: true, returnCounts: true } as const;
const part = (list: NdArray[], k: number) => list[k] as NdArray;

describe('unique', () => {
  it('lists values in order, with places, inverse and counts', () => {
    near(unique(r), 'int32', [0, 1, 2, 5]);
    near(part(unique(r, everything), 0), 'int32', [0, 1, 2, 5]);
    near(part(unique(r, everything), 1), 'int32', [1, 0, 2, 7]);
    near(part(unique(r, everything), 2), 'int32', [
      [1, 0],
      [2, 2],
      [1, 0],
      [0, 3],
    ]);
    near(part(unique(r, everything), 3), 'int32', [3, 2, 2, 1]);
  });
  it('compares slices along an axis', () => {
    near(part(unique(r, { ...everything, axis: 0 }), 0), 'int32', [
      [0, 5],
      [1, 0],
      [2, 2],
    ]);
    near(part(unique(r, { ...everything, axis: 0 }), 1), 'int32', [3, 0, 1]);
    near(part(unique(r, { ...everything, axis: 0 }), 2), 'int32', [1, 2, 1, 0]);
    near(part(unique(r, { ...everything, axis: 0 }), 3), 'int32', [1, 2, 1]);
    near(unique(r, { axis: 1 }), 'int32', [
      [0, 1],
      [2, 2],
      [0, 1],
      [5, 0],
    ]);
  });
  it('counts NaN once, or each', () => {
    near(unique(f), 'float64', [1, 2, NaN]);
    near(unique(f, { equalNan: false }), 'float64', [1, 2, NaN, NaN]);
    near(uniqueCounts(f)[1], 'int32', [1, 1, 1, 1]);
  });
  it('of nothing is nothing', () => {
    near(unique(zeros([0])), 'float32', []);
    near(part(unique(zeros([0]), everything), 3), 'int32', []);
  });
  it('has the array API spellings', () => {
    near(uniqueAll(p)[1], 'int32', [1, 2, 0]);
    near(uniqueInverse(r)[1], 'int32', [
      [1, 0],
      [2, 2],
      [1, 0],
      [0, 3],
    ]);
    near(uniqueValues(p), 'float64', [3, 1, 5]);
  });
  it('blames the axis', () => {
    expect(() => unique(r, { axis: 2 })).toThrow(/\[unique\] axis 2/);
  });
});

describe('isin', () => {
  it('tests membership', () => {
    near(isin(r, array([0, 5])), 'bool', [
      [false, true],
      [false, false],
      [false, true],
      [true, true],
    ]);
    near(isin(p, o, { invert: true }), 'bool', [true, false, false, false]);
    near(in1d(r, array([2])), 'bool', [false, false, true, true, false, false, false, false]);
    near(isin(f, f), 'bool', [true, false, true, false]);
  });
  it('in nothing is false', () => {
    near(isin(p, zeros([0])), 'bool', [false, false, false, false]);
    near(isin(p, zeros([0]), { invert: true }), 'bool', [true, true, true, true]);
  });
});

describe('set operations', () => {
  it('are ascending and distinct', () => {
    near(intersect1d(p, o), 'float64', [1, 3]);
    near(setdiff1d(p, o), 'float64', [5]);
    near(setxor1d(p, o), 'float64', [4, 5]);
    near(union1d(p, o), 'float64', [1, 3, 4, 5]);
  });
  it('give the places of common elements', () => {
    near(intersect1d(p, o, { returnIndices: true })[1], 'int32', [1, 2]);
    near(intersect1d(p, o, { returnIndices: true })[2], 'int32', [2, 0]);
  });
  it('keep the order of distinct operands', () => {
    near(setdiff1d(array([5, 1, 3]), o, { assumeUnique: true }), 'float32', [5]);
  });
  it('accept nothing', () => {
    near(intersect1d(zeros([0]), zeros([0])), 'float32', []);
    near(union1d(zeros([0]), zeros([0])), 'float32', []);
  });
});
