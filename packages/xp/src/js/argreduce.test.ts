import { describe, expect, it } from 'vitest';
import { bfloat16, bool, complex64, dtypes, float16, float32, float64, int32, int64 } from '../core/dtype.ts';
import { argreduce } from './argreduce.ts';
import { blank, layouts, make, numbers } from './arrays.testing.ts';

const n = Number.NaN;

describe.each(layouts)('argreduce (%s)', (_, layout) => {
  it.each(dtypes.filter((d) => d !== bool && d.kind !== 'c').map((d) => [d.name, d] as const))(
    'finds the first extremes of %s',
    (_, d) => {
      const list = [3, 1, 5, 5, 1];
      const x = make(d.itemsize === 8 && d.kind !== 'f' ? list.map(BigInt) : list, [5], d, layout);
      const out = blank([], int32, layout);
      argreduce('max', x, out, 0);
      expect(numbers(out)).toEqual([2]);
      argreduce('min', x, out, 0);
      expect(numbers(out)).toEqual([1]);
    },
  );

  it.each([float32, float64, float16, bfloat16])('takes the first NaN of %s', (d) => {
    const out = blank([3], int32, layout);
    const x = make([1, n, 9, n, n, 4, 7, 1, n], [3, 3], d, layout);
    argreduce('max', x, out, 1);
    expect(numbers(out)).toEqual([1, 0, 2]);
    argreduce('min', x, out, 1);
    expect(numbers(out)).toEqual([1, 0, 2]);
  });

  it('works along any axis', () => {
    const x = make([1, 8, 3, 4, 5, 2, 7, 6, 9, 0, 11, 10], [2, 3, 2], float32, layout);
    const middle = blank([2, 2], int32, layout);
    argreduce('max', x, middle, 1);
    expect(numbers(middle)).toEqual([2, 0, 2, 2]);
    const first = blank([3, 2], int32, layout);
    argreduce('min', x, first, 0);
    expect(numbers(first)).toEqual([0, 1, 0, 1, 0, 0]);
  });

  it('keeps infinities, exact 64-bit integers and booleans apart', () => {
    const out = blank([], int32, layout);
    argreduce('max', make([-Infinity, -Infinity], [2], float32, layout), out, 0);
    expect(numbers(out)).toEqual([0]);
    argreduce('max', make([2n ** 60n, 2n ** 60n + 1n], [2], int64, layout), out, 0);
    expect(numbers(out)).toEqual([1]);
    argreduce('min', make([1, 0, 0], [3], bool, layout), out, 0);
    expect(numbers(out)).toEqual([1]);
  });

  it('orders complex numbers by real, then imaginary part', () => {
    const out = blank([], int32, layout);
    argreduce('max', make([1, 2, 3, -1, 3, 4, 3, 4], [4], complex64, layout), out, 0);
    expect(numbers(out)).toEqual([2]);
    argreduce('min', make([1, 2, 1, -1, 3, 4, 3, 4], [4], complex64, layout), out, 0);
    expect(numbers(out)).toEqual([1]);
    argreduce('min', make([1, 2, 0, n, -3, 4], [3], complex64, layout), out, 0);
    expect(numbers(out)).toEqual([1]);
  });

  it('gives nothing for no lines', () => {
    argreduce('max', blank([0, 3], float32, layout), blank([0], int32, layout), 1);
    argreduce('max', blank([0, 3], int64, layout), blank([0], int32, layout), 1);
  });
});
