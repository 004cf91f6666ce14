import { describe, expect, test } from 'vitest';
import {
  add,
  array,
  bitwiseAnd,
  DTypeError,
  type DTypeName,
  divide,
  fmax,
  gcd,
  IndexError,
  less,
  logaddexp,
  logicalAnd,
  maximum,
  minimum,
  multiply,
  power,
  s,
  subtract,
  ValueError,
  zeros,
} from '../index.ts';

const of = (values: readonly number[] | readonly (readonly number[])[], dtype: DTypeName = 'float32') =>
  array(values, { dtype });

describe('outer', () => {
  test('every pair', () => {
    expect(subtract.outer(of([1, 2]), of([10, 20, 30])).toArraySync()).toEqual([
      [-9, -19, -29],
      [-8, -18, -28],
    ]);
    expect(add.outer(of([[1], [2]]), of([1, 2])).shape).toEqual([2, 1, 2]);
    expect(add.outer(2, of([1, 2])).toArraySync()).toEqual([3, 4]);
  });
});

describe('reduce', () => {
  const x = of([
    [1, 5, 2],
    [4, 3, 6],
  ]);
  test('along axis 0 unless told, several axes, all', () => {
    expect(add.reduce(x).toArraySync()).toEqual([5, 8, 8]);
    expect(maximum.reduce(x, { axis: 1 }).toArraySync()).toEqual([5, 6]);
    expect(multiply.reduce(x, { axis: null }).itemSync()).toBe(720);
    expect(minimum.reduce(x, { axis: [0, 1], keepdims: true }).toArraySync()).toEqual([[1]]);
  });

  test('order matters: first to last', () => {
    expect(subtract.reduce(x, { axis: 1 }).toArraySync()).toEqual([-6, -5]);
    expect(divide.reduce(of([8, 2, 2])).itemSync()).toBe(2);
    expect(power.reduce(of([2, 3, 2], 'int32')).itemSync()).toBe(64);
    expect(subtract.reduce(x.transpose(), { axis: 0, keepdims: true }).toArraySync()).toEqual([[-6, -5]]);
    expect(() => subtract.reduce(x, { axis: null })).toThrow(
      '[subtract.reduce] the order of combination matters',
    );
  });

  test('sums and products of small integers are 64-bit, other combinations keep the dtype', () => {
    expect(add.reduce(of([100, 100], 'int8')).itemSync()).toBe(200);
    expect(add.reduce(of([200, 200], 'uint8')).dtype.name).toBe('uint64');
    expect(multiply.reduce(of([1, 1], 'bool')).dtype.name).toBe('int64');
    expect(maximum.reduce(of([1, 2], 'int8')).dtype.name).toBe('int8');
    expect(add.reduce(of([100, 100], 'int8'), { dtype: 'float32' }).dtype.name).toBe('float32');
  });

  test('of every kind', () => {
    expect(bitwiseAnd.reduce(of([7, 14], 'uint8')).itemSync()).toBe(6);
    expect(gcd.reduce(of([12, 18, 27], 'int32')).itemSync()).toBe(3);
    expect(logicalAnd.reduce(of([1, 2, 0])).itemSync()).toBe(false);
    expect(fmax.reduce(of([Number.NaN, 2])).itemSync()).toBe(2);
    expect(fmax.reduce(of([Number.NaN, Number.NaN])).itemSync()).toBeNaN();
    expect(maximum.reduce(of([Number.NaN, 2])).itemSync()).toBeNaN();
    expect(maximum.reduce(array([-(2n ** 63n), -5n])).itemSync()).toBe(-5);
    expect(logaddexp.reduce(of([0, 0])).itemSync()).toBeCloseTo(Math.LN2, 6);
    expect(less.reduce(of([1, 1, 0], 'bool')).itemSync()).toBe(false);
  });

  test('no elements give the value that changes nothing, or an error', () => {
    expect(add.reduce(zeros([0, 2])).toArraySync()).toEqual([0, 0]);
    expect(() => maximum.reduce(zeros([0, 2]))).toThrow(
      '[maximum.reduce] a reduction of no elements has no value',
    );
    expect(() => subtract.reduce(zeros([0]))).toThrow(ValueError);
    expect(maximum.reduce(zeros([2, 0])).shape).toEqual([0]);
  });

  test('out', () => {
    const out = zeros([2]);
    expect(add.reduce(x, { axis: 1, out })).toBe(out);
    expect(out.toArraySync()).toEqual([8, 13]);
    subtract.reduce(x, { axis: 1, out });
    expect(out.toArraySync()).toEqual([-6, -5]);
  });
});

describe('accumulate', () => {
  test.each([
    ['add', add, [2, 5, 6, 10]],
    ['multiply', multiply, [2, 6, 6, 24]],
    ['maximum', maximum, [2, 3, 3, 4]],
    ['minimum', minimum, [2, 2, 1, 1]],
    ['subtract', subtract, [2, -1, -2, -6]],
    ['gcd', gcd, [2, 1, 1, 1]],
  ] as const)('%s', (_, f, expected) => {
    expect(
      f
        .accumulate(of([2, 3, 1, 4], 'int32'))
        .astype('int32')
        .toArraySync(),
    ).toEqual(expected);
  });

  test('along an axis of a view', () => {
    const x = of([
      [1, 2],
      [3, 4],
    ]).transpose();
    expect(add.accumulate(x, { axis: 1 }).toArraySync()).toEqual([
      [1, 4],
      [2, 6],
    ]);
    expect(divide.accumulate(x, { axis: 0 }).toArraySync()).toEqual([
      [1, 3],
      [2, 4].map((d, i) => Math.fround([1, 3][i]! / d)),
    ]);
  });

  test('sums of small integers are 64-bit', () => {
    expect(add.accumulate(of([100, 100], 'int8')).toArraySync()).toEqual([100, 200]);
  });
});

describe('reduceat', () => {
  const x = of([0, 1, 2, 3, 4, 5, 6, 7], 'int32');
  test("NumPy's example: slices, and single elements where an index is not below the next", () => {
    expect(add.reduceat(x, [0, 4, 1, 5, 2, 6, 3, 7]).toArraySync()).toEqual([6, 4, 10, 5, 14, 6, 18, 7]);
  });
  test('along an axis, of a ufunc whose order matters', () => {
    const y = of([
      [1, 2, 3],
      [4, 5, 7],
    ]);
    expect(subtract.reduceat(y, [0, 2], { axis: 1 }).toArraySync()).toEqual([
      [-1, 3],
      [-1, 7],
    ]);
    expect(maximum.reduceat(y.transpose(), array([1], { dtype: 'int32' })).toArraySync()).toEqual([[3, 7]]);
  });
  test('an index outside', () => {
    expect(() => add.reduceat(x, [8])).toThrow(IndexError);
    expect(() => add.reduceat(x, [8])).toThrow(
      '[add.reduceat] index 8 is out of bounds for axis 0 of extent 8',
    );
  });
});

describe('at', () => {
  test('repeated indices count every time', () => {
    const x = zeros([3]);
    add.at(x, [0, 2, 0], array([1, 2, 3]));
    expect(x.toArraySync()).toEqual([4, 0, 2]);
    subtract.at(x, array([2, -1], { dtype: 'int32' }), 5);
    expect(x.toArraySync()).toEqual([4, 0, -8]);
    maximum.at(x, [1, 1], array([3, 2]));
    expect(x.toArraySync()).toEqual([4, 3, -8]);
  });

  test('one after another where order matters', () => {
    const x = array([16, 1]);
    divide.at(x, [0, 0, 1], array([2, 4, 2]));
    expect(x.toArraySync()).toEqual([2, 0.5]);
    power.at(x, 0, 3);
    expect(x.toArraySync()).toEqual([8, 0.5]);
  });

  test('rows, pairs of indices, masks, slices, views', () => {
    const x = zeros([2, 3]);
    add.at(x, [1, 1], array([1, 2, 3]));
    add.at(x, [array([0, 0], { dtype: 'int32' }), array([1, 1], { dtype: 'int32' })], 5);
    expect(x.toArraySync()).toEqual([
      [0, 10, 0],
      [2, 4, 6],
    ]);
    add.at(x.transpose(), [s(0, 1), 1], 0.5);
    multiply.at(x, x.gt(3), 10);
    expect(x.toArraySync()).toEqual([
      [0, 100, 0],
      [2.5, 40, 60],
    ]);
  });

  test('booleans or-ed', () => {
    const x = array([true, false]);
    add.at(x, [0, 1], array([true, true]));
    expect(x.toArraySync()).toEqual([true, true]);
  });

  test('mistakes', () => {
    expect(() => add.at(zeros([2], { dtype: 'int32' }), [0], 0.5)).toThrow(DTypeError);
    expect(() => add.at(zeros([2]), [0], array([1, 2, 3]))).toThrow(
      '[add.at] values have shape (3,) but the indexed elements have shape (1,)',
    );
    expect(() => add.at(zeros([2]), [2], 1)).toThrow(IndexError);
    expect(() => divide.at(zeros([2]), [2], 1)).toThrow(IndexError);
    expect(() => subtract.at(array([true]), [0], true)).toThrow(/not supported for bool/);
  });
});
