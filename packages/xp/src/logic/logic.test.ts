import { describe, expect, test } from 'vitest';
import {
  allclose,
  arange,
  array,
  arrayEqual,
  arrayEquiv,
  complex,
  isclose,
  isfortran,
  isscalar,
  mayShareMemory,
  s,
  sharesMemory,
  zeros,
} from '../index.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('isclose and allclose', () => {
  test('tolerance is relative to the second operand', () => {
    expect(isclose(array([100]), array([101]), { rtol: 0.00995, atol: 0 }).toArraySync()).toEqual([true]);
    expect(isclose(array([101]), array([100]), { rtol: 0.00995, atol: 0 }).toArraySync()).toEqual([false]);
  });
  test('infinities are near themselves only, NaN near nothing unless told', () => {
    const x = array([inf, inf, -inf, nan, 1]);
    const y = array([inf, -inf, -inf, nan, inf]);
    expect(isclose(x, y).toArraySync()).toEqual([true, false, true, false, false]);
    expect(isclose(x, y, { equalNan: true }).toArraySync()).toEqual([true, false, true, true, false]);
  });
  test('of integers, booleans, halves, complex numbers, lists', () => {
    expect(
      isclose(array([1, 5], { dtype: 'int8' }), array([1, 6], { dtype: 'int8' }), {
        atol: 300,
      }).toArraySync(),
    ).toEqual([true, true]);
    expect(isclose(array([true]), array([false])).toArraySync()).toEqual([false]);
    expect(
      isclose(array([1], { dtype: 'float16' }), array([1.001], { dtype: 'float16' })).toArraySync(),
    ).toEqual([false]);
    expect(isclose(array([complex(1, 1)]), array([complex(1, 1.000001)])).toArraySync()).toEqual([true]);
    expect(isclose([1, 2], 1).toArraySync()).toEqual([true, false]);
  });
  test('large integers are compared in float64', () => {
    const x = array([2 ** 24 + 1], { dtype: 'int32' });
    expect(isclose(x, array([2 ** 24], { dtype: 'int32' }), { rtol: 0, atol: 0.5 }).toArraySync()).toEqual([
      false,
    ]);
  });
  test('allclose is a 0-d bool array', () => {
    const r = allclose(array([1, 2]), array([1, 2.00001]));
    expect([r.shape, r.dtype.name, r.itemSync()]).toEqual([[], 'bool', true]);
    expect(allclose(array([1, 2]), array([1, 3])).itemSync()).toBe(false);
  });
});

describe('arrayEqual and arrayEquiv', () => {
  test('shape and elements', () => {
    expect(arrayEqual(array([1, 2]), array([1, 2], { dtype: 'int32' })).itemSync()).toBe(true);
    expect(arrayEqual(array([1, 2]), array([1, 3])).itemSync()).toBe(false);
    expect(arrayEqual(array([1, 1]), array([1])).itemSync()).toBe(false);
    expect(arrayEqual(zeros([0]), zeros([0])).itemSync()).toBe(true);
    expect(arrayEqual(array([nan]), array([nan])).itemSync()).toBe(false);
    expect(arrayEqual(array([nan]), array([nan]), { equalNan: true }).itemSync()).toBe(true);
  });
  test('arrayEquiv broadcasts', () => {
    expect(
      arrayEquiv(
        array([1, 2]),
        array([
          [1, 2],
          [1, 2],
        ]),
      ).itemSync(),
    ).toBe(true);
    expect(arrayEquiv(array([1, 2]), array([1, 2, 3])).itemSync()).toBe(false);
  });
});

test('isscalar', () => {
  expect([1, 1n, true, 'a', complex(1)].map(isscalar)).toEqual([true, true, true, true, true]);
  expect([array(1), [1], null, undefined].map(isscalar)).toEqual([false, false, false, false]);
});

test('isfortran', () => {
  const x = zeros([2, 3]);
  expect([isfortran(x), isfortran(x.transpose()), isfortran(zeros([3]))]).toEqual([false, true, false]);
});

describe('shared memory', () => {
  const x = arange(24).reshape([4, 6]);
  test('bounds overlap, elements do not', () => {
    const even = x.at(s(), s(0, null, 2));
    const odd = x.at(s(), s(1, null, 2));
    expect([mayShareMemory(even, odd), sharesMemory(even, odd)]).toEqual([true, false]);
  });
  test('elements in common through different steps', () => {
    const flat = x.reshape([24]);
    expect(sharesMemory(flat.at(s(0, null, 6)), flat.at(s(3, null, 5)))).toBe(true); // 18
    expect(sharesMemory(flat.at(s(0, null, 6)), flat.at(s(3, null, 9)))).toBe(true); // 12
    expect(sharesMemory(flat.at(s(0, null, 6)), flat.at(s(2, null, 3)))).toBe(false); // multiples of 3, and 2 more
    expect(sharesMemory(flat.at(s(null, null, -1)), flat.at(s(23)))).toBe(true);
  });
  test('nothing in common', () => {
    expect(sharesMemory(x, x.copy())).toBe(false);
    expect(sharesMemory(x.at(s(0, 2)), x.at(s(2)))).toBe(false);
    expect(sharesMemory(x.at(s(0, 0)), x)).toBe(false);
  });
  test('views of another dtype share bytes', () => {
    const halves = x.astype('int32').view('int16');
    expect(sharesMemory(halves, halves.view('int32'))).toBe(true);
  });
});
