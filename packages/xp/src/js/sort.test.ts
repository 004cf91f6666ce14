import { describe, expect, it } from 'vitest';
import {
  bfloat16,
  bool,
  complex64,
  complex128,
  float16,
  float32,
  float64,
  int8,
  int32,
  int64,
  uint8,
  uint32,
  uint64,
} from '../core/dtype.ts';
import { awkward, blank, layouts, make, numbers, values } from './arrays.testing.ts';
import { argsort, sort } from './sort.ts';

const n = Number.NaN;

describe.each(layouts)('sort and argsort (%s)', (_, layout) => {
  it.each([float64, float32, float16, bfloat16])('put NaN last among %s', (d) => {
    const x = make([3, n, -1, Infinity, 0, -Infinity, n, -1], [8], d, layout);
    const sorted = blank([8], d, layout);
    sort(x, sorted, 0);
    expect(numbers(sorted)).toEqual([-Infinity, -1, -1, 0, 3, Infinity, n, n]);
    const order = blank([8], int32, layout);
    argsort(x, order, 0);
    expect(numbers(order)).toEqual([5, 2, 7, 4, 0, 3, 1, 6]);
  });

  it.each([int8, int32, uint8, uint32])('order %s', (d) => {
    const x = make([30, 4, 100, 4, 0], [5], d, layout);
    const sorted = blank([5], d, layout);
    sort(x, sorted, 0);
    expect(numbers(sorted)).toEqual([0, 4, 4, 30, 100]);
    const order = blank([5], int32, layout);
    argsort(x, order, 0);
    expect(numbers(order)).toEqual([4, 1, 3, 0, 2]);
  });

  it('order negative, 64-bit and boolean values', () => {
    const check = (list: (number | bigint)[], d: typeof bool, want: (number | bigint)[], order: number[]) => {
      const x = make(list, [list.length], d, layout);
      const sorted = blank([list.length], d, layout);
      sort(x, sorted, 0);
      expect(values(sorted)).toEqual(want);
      const at = blank([list.length], int32, layout);
      argsort(x, at, 0);
      expect(values(at)).toEqual(order);
    };
    check([5, -100, 7], int8, [-100, 5, 7], [1, 0, 2]);
    check([2n ** 60n + 1n, -5n, 2n ** 60n], int64, [-5n, 2n ** 60n, 2n ** 60n + 1n], [1, 2, 0]);
    check([2n ** 63n + 1n, 5n, 2n ** 63n], uint64, [5n, 2n ** 63n, 2n ** 63n + 1n], [1, 2, 0]);
    check([1, 0, 1, 0], bool, [0, 0, 1, 1], [1, 3, 0, 2]);
  });

  it.each([complex128, complex64])('order %s by real, then imaginary part, NaN last', (d) => {
    // Expected: NumPy 2.4 on the same numbers.
    const x = make([2, 1, n, 0, 1, 5, 1, n, 1, -5, 3, 3, 0, n, n, n, n, -1], [9], d, layout);
    const sorted = blank([9], d, layout);
    sort(x, sorted, 0);
    expect(values(sorted)).toEqual([1, -5, 1, 5, 2, 1, 3, 3, 0, n, 1, n, n, -1, n, 0, n, n]);
    const order = blank([9], int32, layout);
    argsort(x, order, 0);
    expect(numbers(order)).toEqual([4, 2, 0, 5, 6, 3, 8, 1, 7]);
  });

  it('work along any axis', () => {
    const x = make([3, 1, 2, 0, 5, 4, 9, 7, 8, 6, 11, 10], [2, 3, 2], float32, layout);
    const out = blank([2, 3, 2], float32, layout);
    sort(x, out, 1);
    expect(numbers(out)).toEqual([2, 0, 3, 1, 5, 4, 8, 6, 9, 7, 11, 10]);
    sort(x, out, 0);
    expect(numbers(out)).toEqual([3, 1, 2, 0, 5, 4, 9, 7, 8, 6, 11, 10]);
    const order = blank([2, 3, 2], int32, layout);
    argsort(x, order, 2);
    expect(numbers(order)).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
  });

  it('leave the input alone and do nothing for empty arrays', () => {
    const x = make([2, 1], [2], float32, layout);
    sort(x, blank([2], float32, layout), 0);
    expect(numbers(x)).toEqual([2, 1]);
    sort(blank([0], float32, layout), blank([0], float32, layout), 0);
    argsort(blank([3, 0], float32, layout), blank([3, 0], int32, layout), 1);
  });
});

describe('argsort', () => {
  it('is stable for many equal keys', () => {
    const keys = Array.from({ length: 1000 }, (_, i) => (i * 7) % 3);
    const out = blank([1000], int32);
    argsort(make(keys, [1000], float32, awkward), out, 0);
    const want = [0, 1, 2].flatMap((key) => keys.flatMap((k, i) => (k === key ? [i] : [])));
    expect(numbers(out)).toEqual(want);
  });
});
