import { describe, expect, it } from 'vitest';
import { bool, complex64, float16, float32, float64, int8, int32, int64, uint32 } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { IndexError } from '../errors.ts';
import { blank, layouts, make, numbers, values } from './arrays.testing.ts';
import { scatter } from './scatter.ts';

describe.each(layouts)('scatter (%s)', (_, layout) => {
  const indices = (list: number[], shape = [list.length]) => make(list, shape, int32, layout);

  it('sets slices, the last one of equals winning', () => {
    const x = make([0, 0, 0, 0, 0, 0], [3, 2], float32, layout);
    scatter(x, indices([2, 0, 2]), 0, make([1, 2, 3, 4, 5, 6], [3, 2], float32, layout), 'set');
    expect(numbers(x)).toEqual([3, 4, 0, 0, 5, 6]);
  });

  it('adds every one of equals', () => {
    for (const d of [float32, float64, float16, int32, uint32]) {
      const x = make([10, 10, 10, 10, 10, 10], [3, 2], d, layout);
      scatter(x, indices([2, 0, 2]), 0, make([1, 2, 3, 4, 5, 6], [3, 2], d, layout), 'add');
      expect(numbers(x)).toEqual([13, 14, 10, 10, 16, 18]);
    }
  });

  it('works along an inner axis and with broadcast values', () => {
    const x = make([0, 0, 0, 0, 0, 0], [2, 3], float32, layout);
    scatter(x, indices([-1, 0, -1]), 1, make([1, 10], [2, 1], float32, layout), 'add');
    expect(numbers(x)).toEqual([1, 0, 2, 10, 0, 20]);
    scatter(x, indices([1]), 1, make([7], [], float32, layout), 'set');
    expect(numbers(x)).toEqual([1, 7, 2, 10, 7, 20]);
  });

  it('takes indices of two axes', () => {
    const x = make([0, 0, 0, 0], [2, 2], float32, layout);
    const v = make([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], float32, layout);
    scatter(x, indices([0, 1, 1, 1], [2, 2]), 0, v, 'add');
    expect(numbers(x)).toEqual([1, 2, 15, 18]);
  });

  it('keeps the greater or smaller, NaN above all', () => {
    const v = make([5, 1, Number.NaN], [3], float32, layout);
    const max = make([3, 3, 3], [3], float32, layout);
    scatter(max, indices([0, 1, 2]), 0, v, 'max');
    expect(numbers(max)).toEqual([5, 3, Number.NaN]);
    scatter(max, indices([2]), 0, make([9], [1], float32, layout), 'max');
    expect(numbers(max)).toEqual([5, 3, Number.NaN]);
    const min = make([3, 3, 3], [3], float32, layout);
    scatter(min, indices([0, 1, 2]), 0, v, 'min');
    expect(numbers(min)).toEqual([3, 1, Number.NaN]);
  });

  it('wraps integers and combines booleans, 64-bit and complex numbers', () => {
    const i8 = make([100, 0], [2], int8, layout);
    scatter(i8, indices([0, 0]), 0, make([20, 20], [2], int8, layout), 'add');
    expect(values(i8)).toEqual([-116, 0]);
    const i64 = make([2n ** 63n - 1n, 5n], [2], int64, layout);
    scatter(i64, indices([0, 1]), 0, make([1n, 2n], [2], int64, layout), 'add');
    expect(values(i64)).toEqual([-(2n ** 63n), 7n]);
    scatter(i64, indices([0, 1]), 0, make([1n, 9n], [2], int64, layout), 'min');
    expect(values(i64)).toEqual([-(2n ** 63n), 7n]);
    const flags = make([1, 0, 0], [3], bool, layout);
    scatter(flags, indices([0, 1]), 0, make([1, 1], [2], bool, layout), 'add');
    expect(values(flags)).toEqual([1, 1, 0]);
    const c = make([1, 2, 3, 4], [2], complex64, layout);
    scatter(c, indices([1, 1]), 0, make([10, 20, 100, 200], [2], complex64, layout), 'add');
    expect(values(c)).toEqual([1, 2, 113, 224]);
  });

  it('casts values of another dtype', () => {
    const x = make([0, 0], [2], float32, layout);
    scatter(x, indices([1, 1]), 0, make([3, 4], [2], int32, layout), 'add');
    expect(numbers(x)).toEqual([0, 7]);
  });

  it('writes through a view only where it should', () => {
    const x = make([1, 2, 3, 4, 5, 6], [2, 3], float32, layout);
    const column = new NdArray(
      x.storage,
      float32,
      [2],
      [x.steps[0] as number],
      x.offset + (x.steps[1] as number),
    );
    scatter(column, indices([1]), 0, make([50], [1], float32, layout), 'set');
    expect(numbers(x)).toEqual([1, 2, 3, 4, 50, 6]);
  });

  it('refuses indices outside and writes nothing then', () => {
    const x = make([1, 2], [2], float32, layout);
    const run = () => scatter(x, indices([0, 2]), 0, make([7, 8], [2], float32, layout), 'set');
    expect(run).toThrow(IndexError);
    expect(run).toThrow('[scatter] index 2 is out of bounds for axis 0 with size 2');
    expect(numbers(x)).toEqual([1, 2]);
  });

  it('does nothing without indices', () => {
    const x = make([1, 2], [2], float32, layout);
    scatter(x, blank([0], int32, layout), 0, blank([0], float32, layout), 'add');
    expect(numbers(x)).toEqual([1, 2]);
  });
});
