import { describe, expect, it } from 'vitest';
import { bool, complex64, float16, float32, int32, int64 } from '../core/dtype.ts';
import { blank, layouts, make, numbers } from './arrays.testing.ts';
import { nonzero } from './nonzero.ts';

describe.each(layouts)('nonzero (%s)', (_, layout) => {
  it.each([
    [bool, [0, 1, 1, 0, 0, 1], [1, 2, 5]],
    [float32, [0, -0, Number.NaN, 0.5, -1, 0], [2, 3, 4]],
    [float16, [0, -0, Number.NaN, 0.5, -1, 0], [2, 3, 4]],
    [int64, [0n, 1n, 0n, 2n ** 40n, 0n, -1n], [1, 3, 5]],
    [complex64, [0, 0, 0, 1, 1, 0, -0, 0, 0, Number.NaN, 0, 0], [1, 2, 4]],
  ] as const)('%s', (d, list, want) => {
    const found = nonzero(make(list, [2, 3], d, layout));
    expect(found.dtype).toBe(int32);
    expect(found.shape).toEqual([want.length]);
    expect(numbers(found)).toEqual(want);
  });

  it('gives an empty array for an empty array, and one entry for a true scalar', () => {
    expect(nonzero(blank([0, 3], float32, layout)).shape).toEqual([0]);
    expect(numbers(nonzero(make([3], [], float32, layout)))).toEqual([0]);
  });
});
