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
  int64,
  uint32,
} from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { blank, layouts, make, numbers, plain, values } from './arrays.testing.ts';
import { matmul } from './matmul.ts';

describe.each(layouts)('matmul (%s)', (_, layout) => {
  it.each([float32, float64, float16, bfloat16])('multiplies %s matrices and adds a bias', (d) => {
    const out = blank([2, 2], d, layout);
    const a = make([1, 2, 3, 4, 5, 6], [2, 3], d, layout);
    const b = make([1, -1, 0, 2, 3, 1], [3, 2], d, layout);
    matmul(a, b, out, null);
    expect(numbers(out)).toEqual([10, 6, 22, 12]);
    matmul(a, b, out, make([100, -1], [2], d, layout));
    expect(numbers(out)).toEqual([110, 5, 122, 11]);
  });

  it('repeats matrices along axes of step 0', () => {
    const a = make([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], float32, layout);
    const b = make([1, 1, 0, 1], [2, 2], float32, layout);
    const shared = new NdArray(b.storage, float32, [2, 2, 2], [0, ...b.steps], b.offset);
    const out = blank([2, 2, 2], float32, layout);
    matmul(a, shared, out, null);
    expect(numbers(out)).toEqual([1, 3, 3, 7, 5, 11, 7, 15]);
    matmul(shared, a, out, null);
    expect(numbers(out)).toEqual([4, 6, 3, 4, 12, 14, 7, 8]);
  });

  it('pairs two leading axes', () => {
    const a = make([1, 2, 3, 4, 5, 6], [3, 2, 1, 1], float64, layout);
    const b = make([10, 20, 30, 40, 50, 60], [3, 2, 1, 1], float64, layout);
    const out = blank([3, 2, 1, 1], float64, layout);
    matmul(a, b, out, null);
    expect(numbers(out)).toEqual([10, 40, 90, 160, 250, 360]);
  });

  // Expected values: NumPy 2.4.
  it('wraps integers', () => {
    const i8 = blank([2, 2], int8, layout);
    const a8 = make([40, 80, 120, -96], [2, 2], int8, layout);
    matmul(a8, a8, i8, null);
    expect(values(i8)).toEqual([-64, -128, -64, -128]);
    matmul(a8, a8, i8, make([1, 2], [2], int8, layout));
    expect(values(i8)).toEqual([-63, -126, -63, -126]);
    const u32 = blank([2, 2], uint32, layout);
    const a32 = make([3000000000, 3, 5, 7], [2, 2], uint32, layout);
    matmul(a32, a32, u32, null);
    expect(values(u32)).toEqual([3800301583, 410065429, 2115098147, 64]);
    const i64 = blank([2, 2], int64, layout);
    const a64 = make([2n ** 62n, 3n, 5n, -7n], [2, 2], int64, layout);
    matmul(a64, a64, i64, null);
    expect(values(i64)).toEqual([15n, -4611686018427387925n, 4611686018427387869n, 64n]);
    matmul(a64, a64, i64, make([1n, 2n], [2], int64, layout));
    expect(values(i64)).toEqual([16n, -4611686018427387923n, 4611686018427387870n, 66n]);
  });

  it('combines booleans with and, or', () => {
    const out = blank([2, 2], bool, layout);
    const a = make([1, 1, 0, 0], [2, 2], bool, layout);
    matmul(a, make([1, 0, 1, 0], [2, 2], bool, layout), out, null);
    expect(values(out)).toEqual([1, 0, 0, 0]);
    matmul(a, make([1, 0, 1, 0], [2, 2], bool, layout), out, make([0, 1], [2], bool, layout));
    expect(values(out)).toEqual([1, 1, 0, 1]);
  });

  it.each([complex64, complex128])('multiplies %s', (d) => {
    const out = blank([2, 2], d, layout);
    const a = make([1, 2, 3, 0, 0, 5, -7, 0], [2, 2], d, layout);
    const b = make([2, 0, 0, 1, 1, -1, 4, 0], [2, 2], d, layout);
    matmul(a, b, out, null);
    expect(values(out)).toEqual([5, 1, 10, 1, -7, 17, -33, 0]);
    matmul(a, b, out, make([1, 1, 0, -2], [2], d, layout));
    expect(values(out)).toEqual([6, 2, 10, -1, -6, 18, -33, -2]);
  });

  it('gives zeros, or the bias, over an empty axis, and nothing for an empty result', () => {
    const out = blank([2, 2], float32, layout);
    matmul(blank([2, 0], float32, layout), blank([0, 2], float32, layout), out, null);
    expect(numbers(out)).toEqual([0, 0, 0, 0]);
    matmul(blank([2, 0], float32, layout), blank([0, 2], float32, layout), out, make([3, 4], [2], float32));
    expect(numbers(out)).toEqual([3, 4, 3, 4]);
    const none = blank([0, 2], float32, layout);
    matmul(blank([0, 3], float32, layout), blank([3, 2], float32, layout), none, null);
    expect(values(none)).toEqual([]);
  });
});

describe('matmul', () => {
  it('sums in double precision', () => {
    const n = 1000;
    const out = blank([1, 1], float32);
    // 1e8 + 999 * 1: in single precision every 1 would be lost.
    const a = make([1e8, ...Array.from({ length: n - 1 }, () => 1)], [1, n], float32);
    matmul(
      a,
      make(
        Array.from({ length: n }, () => 1),
        [n, 1],
        float32,
        plain,
      ),
      out,
      null,
    );
    expect(numbers(out)).toEqual([Math.fround(1e8 + 999)]);
  });
});
