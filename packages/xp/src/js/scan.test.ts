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
  uint32,
} from '../core/dtype.ts';
import { blank, layouts, make, numbers, values } from './arrays.testing.ts';
import { scan } from './scan.ts';

const n = Number.NaN;

// Expected values: NumPy 2.4, `ufunc.accumulate`.
describe.each(layouts)('scan (%s)', (_, layout) => {
  it.each([
    ['add', int8, [100, 100, 100], [100, -56, 44]],
    ['multiply', int32, [3, 5, 7, -11, 13, 1 << 20, 3], [3, 15, 105, -1155, -15015, 1435500544, 11534336]],
    [
      'multiply',
      uint32,
      [3, 5, 7, 11, 13, 1 << 20, 3, 123456789],
      [3, 15, 105, 1155, 15015, 2859466752, 4283432960, 26214400],
    ],
    ['multiply', int64, [2n ** 40n, 2n ** 20n, 8n, 3n], [2n ** 40n, 2n ** 60n, -(2n ** 63n), -(2n ** 63n)]],
    ['maximum', float64, [1, n, 3, 2], [1, n, n, n]],
    ['minimum', float64, [3, 1, 2, n], [3, 1, 1, n]],
    ['maximum', float16, [1, 3, 2, n], [1, 3, 3, n]],
    ['add', float16, [2048, 1, 1, 1], [2048, 2048, 2048, 2048]],
    ['add', bfloat16, [1, 2, 3, 4], [1, 3, 6, 10]],
    ['add', float32, [1e8, 1, 1, 1, 8], [1e8, 1e8, 1e8, 1e8, 100000008]],
    ['multiply', complex128, [1, 2, 3, -1, 0, 2], [1, 2, 5, 5, -10, 10]],
    ['maximum', complex64, [1, 2, 1, 1, 2, -5, 2, 0], [1, 2, 1, 2, 2, -5, 2, 0]],
    ['add', bool, [0, 1, 0], [0, 1, 1]],
    ['multiply', bool, [1, 0, 1], [1, 0, 0]],
  ] as const)('%s of %s', (op, d, list, want) => {
    const shape = [list.length / d.lanes];
    const out = blank(shape, d, layout);
    scan(op, make(list, shape, d, layout), out, 0);
    expect(values(out)).toEqual(want);
  });

  it('computes in the dtype of the result', () => {
    const out = blank([3], int64, layout);
    scan('add', make([100, 100, 100], [3], int8, layout), out, 0);
    expect(values(out)).toEqual([100n, 200n, 300n]);
  });

  it('runs along any axis, in place too', () => {
    const x = make([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], float32, layout);
    const out = blank([2, 2, 2], float32, layout);
    scan('add', x, out, 1);
    expect(numbers(out)).toEqual([1, 2, 4, 6, 5, 6, 12, 14]);
    scan('add', x, x, 0);
    expect(numbers(x)).toEqual([1, 2, 3, 4, 6, 8, 10, 12]);
  });

  it('does nothing for empty arrays', () => {
    const out = blank([2, 0], float32, layout);
    scan('add', out, out, 1);
    expect(numbers(out)).toEqual([]);
  });
});
