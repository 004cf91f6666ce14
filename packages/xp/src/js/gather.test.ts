import { describe, expect, it } from 'vitest';
import { complex64, dtypes, float32, int32, int64, isBig, uint8 } from '../core/dtype.ts';
import { IndexError } from '../errors.ts';
import { blank, integers, layouts, make, numbers, values } from './arrays.testing.ts';
import { gather } from './gather.ts';

describe.each(layouts)('gather (%s)', (_, layout) => {
  it('takes slices along the first, a middle and the last axis', () => {
    const x = make([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [2, 3, 2], float32, layout);
    const first = blank([3, 3, 2], float32, layout);
    gather(x, make([1, 0, -1], [3], int32, layout), 0, first);
    expect(numbers(first)).toEqual([6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const middle = blank([2, 2, 2], float32, layout);
    gather(x, make([2, -3], [2], int32, layout), 1, middle);
    expect(numbers(middle)).toEqual([4, 5, 0, 1, 10, 11, 6, 7]);
    const last = blank([2, 3, 1], float32, layout);
    gather(x, make([1], [1], int32, layout), 2, last);
    expect(numbers(last)).toEqual([1, 3, 5, 7, 9, 11]);
  });

  it('takes indices of any number of axes', () => {
    const x = make([10, 11, 20, 21, 30, 31], [3, 2], float32, layout);
    const out = blank([2, 2, 2], float32, layout);
    gather(x, make([2, 0, 1, 1], [2, 2], int32, layout), 0, out);
    expect(numbers(out)).toEqual([30, 31, 10, 11, 20, 21, 20, 21]);
    const scalar = blank([2], float32, layout);
    gather(x, make([-1], [], int32, layout), 0, scalar);
    expect(numbers(scalar)).toEqual([30, 31]);
  });

  it.each(dtypes.map((d) => [d.name, d] as const))('moves %s', (_, d) => {
    const list = Array.from({ length: 3 * d.lanes }, (_, i) => (isBig(d) ? BigInt(i % 2) : i % 2));
    const out = blank([2], d, layout);
    gather(make(list, [3], d, layout), make([1, 2], [2], int32, layout), 0, out);
    expect(values(out)).toEqual(list.slice(d.lanes));
  });

  it('takes indices of other integer types', () => {
    const x = make([5, 6, 7], [3], float32, layout);
    const out = blank([2], float32, layout);
    gather(x, make([-1n, 0n], [2], int64, layout), 0, out);
    expect(numbers(out)).toEqual([7, 5]);
    gather(x, make([2, 1], [2], uint8, layout), 0, out);
    expect(numbers(out)).toEqual([7, 6]);
  });

  it('refuses indices outside, naming index, axis and size', () => {
    const x = make(integers([2, 3]), [2, 3], float32, layout);
    const out = blank([2, 2], float32, layout);
    const run = (list: number[]) => () => gather(x, make(list, [2], int32, layout), 1, out);
    expect(run([0, 3])).toThrow(IndexError);
    expect(run([0, 3])).toThrow('[gather] index 3 is out of bounds for axis 1 with size 3');
    expect(run([-4, 0])).toThrow('[gather] index -4 is out of bounds for axis 1 with size 3');
  });

  it('moves nothing for no indices and for empty slices', () => {
    const out = blank([0, 2], float32, layout);
    gather(make([1, 2], [1, 2], float32, layout), blank([0], int32, layout), 0, out);
    expect(values(out)).toEqual([]);
    gather(blank([3, 0], float32, layout), make([1], [1], int32, layout), 0, blank([1, 0], float32, layout));
    expect(() => gather(blank([3, 0], float32), make([3], [1], int32), 0, blank([1, 0], float32))).toThrow(
      IndexError,
    );
  });

  it('moves whole complex rows', () => {
    const list = Array.from({ length: 120 }, (_, i) => i);
    const out = blank([1, 30], complex64, layout);
    gather(make(list, [2, 30], complex64, layout), make([1], [1], int32, layout), 0, out);
    expect(values(out)).toEqual(list.slice(60));
  });
});
