import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  arange,
  array,
  dtypes,
  type Index,
  IndexError,
  ix_,
  type NdArray,
  s,
  transpose,
  ValueError,
  zeros,
} from '../index.ts';

type Item =
  | number
  | null
  | '...'
  | { s: (number | null)[] }
  | { b: boolean }
  | { a: (number | boolean)[]; shape: number[]; dt: string };

/** An index list drawn at random, on an array that was transposed and flipped, and what NumPy 2.4 made of it. */
interface Case {
  readonly shape: number[];
  readonly data: number[];
  readonly perm: number[];
  readonly flips: boolean[];
  readonly idx: Item[];
  readonly y: number[];
  readonly ys: number[];
  /** What `x[idx] = v` leaves in the array. */
  readonly v?: number[];
  readonly vs?: number[];
  readonly z?: number[];
}

const cases = readFileSync(join(import.meta.dirname, 'at.cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

const made = (values: readonly (number | boolean)[], shape: readonly number[], dtype: string): NdArray =>
  array(values as number[], { dtype: dtype as 'int32' }).reshape(shape);

function indexOf(item: Item): Index {
  if (item === null || typeof item === 'number' || typeof item === 'string') return item;
  if ('s' in item) return s(...item.s);
  return 'b' in item ? item.b : made(item.a, item.shape, item.dt);
}

const laidOut = (base: NdArray, { perm, flips }: Case): NdArray =>
  transpose(base, { axes: perm }).at(...flips.map((f) => (f ? s(null, null, -1) : s())));

describe('at and setAt agree with NumPy', () => {
  it.each(cases.map((c) => [JSON.stringify([c.shape, c.idx]), c] as const))('%s', (_, c) => {
    const base = made(c.data, c.shape, 'int32');
    const x = laidOut(base, c);
    const indices = c.idx.map(indexOf);
    const y = x.at(...indices);
    expect(y.shape).toEqual(c.ys);
    expect(y.flatScalars()).toEqual(c.y);
    if (c.v === undefined || c.vs === undefined) return;
    x.setAt(made(c.v, c.vs, 'int32'), ...indices);
    expect(base.flatScalars()).toEqual(c.z);
  });
});

describe('the grammar', () => {
  const x = arange(24).reshape(2, 3, 4);

  it('reads texts as it reads slices', () => {
    expect(x.at('1', '::-1', '1:3').tolist()).toEqual(x.at(1, s(null, null, -1), s(1, 3)).tolist());
    expect(x.at('..., None, 2').shape).toEqual([2, 3, 1]);
    expect(x.at('1, ::2,').tolist()).toEqual(x.at(1, s(null, null, 2)).tolist());
  });

  it('takes a literal list as an index array, never as a slice', () => {
    expect(x.at([0, 1]).shape).toEqual([2, 3, 4]);
    expect(x.at([]).shape).toEqual([0, 3, 4]);
    expect(arange(3).at([true, false, true]).tolist()).toEqual([0, 2]);
    expect(arange(3).at([1, 0, 1]).tolist()).toEqual([1, 0, 1]);
    expect(
      arange(3)
        .at(new Int32Array([2, 0]))
        .tolist(),
    ).toEqual([2, 0]);
  });

  it('gives views for basic indices and copies for arrays', () => {
    const y = zeros([3, 3]);
    y.at(s(1)).at('0', '::2').fill(5);
    y.at([0]).fill(9);
    expect(y.tolist()).toEqual([
      [0, 0, 0],
      [5, 0, 5],
      [0, 0, 0],
    ]);
  });

  it('keeps dtype and strides of an empty slice', () => {
    const y = arange(10).at('5:2:2');
    expect([y.dtype.name, y.shape, y.strides]).toEqual(['int32', [0], [8]]);
  });

  it('clamps slices with negative steps', () => {
    expect(arange(10).at('5::-2').tolist()).toEqual([5, 3, 1]);
    expect(
      arange(3)
        .at(s(100, null, -1))
        .tolist(),
    ).toEqual([2, 1, 0]);
    expect(
      arange(3)
        .at(s(null, -100, -1))
        .tolist(),
    ).toEqual([2, 1, 0]);
  });

  it('selects outer products with ix_', () => {
    expect(x.at(0, ...ix_([0, 2], [1, 3])).tolist()).toEqual([
      [1, 3],
      [9, 11],
    ]);
  });

  it.each(dtypes.map((d) => d.name))('reads and writes %s', (name) => {
    const y = arange(0, 6, 1, { dtype: name }).reshape(2, 3);
    y.setAt(1, 0, [0, 2]).setAt(0, y.eq(4));
    const expected =
      name === 'bool'
        ? [
            [1, 1, 1],
            [1, 1, 1],
          ]
        : [
            [1, 1, 1],
            [3, 0, 5],
          ];
    expect(y.astype('int32').tolist()).toEqual(expected);
    expect(y.at('::-1', [2, 0]).astype('int32').tolist()).toEqual(
      expected.map((r) => [r[2], r[0]]).reverse(),
    );
  });
});

describe('errors', () => {
  const x = zeros([3, 4, 2]);

  it.each<[string, Index[], RegExp]>([
    ['a number out of range', [5], /^\[at\] index 5 is out of bounds for axis 0 with size 3$/],
    ['a negative number out of range', [0, -5], /^\[at\] index -5 is out of bounds for axis 1 with size 4$/],
    ['too many indices', [0, 0, 0, 0], /too many indices: the array is 3-dimensional, but 4 axes/],
    ['an index array out of range', [[0, 3]], /^\[at\] index 3 is out of bounds for axis 0 with size 3$/],
    [
      'one of several arrays out of range',
      [0, s(), [0, 2]],
      /^\[at\] index 2 is out of bounds for axis 2 with size 2$/,
    ],
    [
      'arrays that stand apart',
      [[0], s(), [-3]],
      /^\[at\] index -3 is out of bounds for axis 2 with size 2$/,
    ],
    [
      'arrays that do not broadcast',
      [
        [0, 1],
        [0, 1, 2],
      ],
      /index arrays of shapes \(2,\) and \(3,\) cannot be broadcast together/,
    ],
    ['two ellipses', ['...', '...'], /only one '...'/],
    [
      'a mask of another shape',
      [[true, false]],
      /boolean index of shape \(2,\) does not fit.*axis 0 of the array has 3/,
    ],
    ['a float', [1.5], /an index is an integer, got 1.5/],
    ['a float array', [array([1])], /index arrays are integer or boolean, got float32/],
    ['text it cannot read', ['1:2:3:4'], /cannot read index "1:2:3:4"/],
    ['a ragged list', [[[0, 1], [0]]], /ragged/],
    ['a list that mixes kinds', [[0, true]], /mixes booleans and integers/],
  ])('names %s', (_, indices, message) => {
    expect(() => x.at(...indices)).toThrow(IndexError);
    expect(() => x.at(...indices)).toThrow(message);
  });

  it('refuses a step of 0, in text and in s', () => {
    expect(() => x.at('::0')).toThrow(/^\[at\] the step of a slice cannot be 0/);
    expect(() => s(0, 1, 0)).toThrow(ValueError);
  });

  it('has no axis to index in a 0-d array', () => {
    expect(() => array(3).at(-1)).toThrow(/too many indices: the array is 0-dimensional/);
  });
});
