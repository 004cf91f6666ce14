import { describe, expect, it } from 'vitest';
import { bfloat16, float16, float32, float64, int32 } from '../core/dtype.ts';
import { blank, integers, layouts, make, numbers } from './arrays.testing.ts';
import { col2im, im2col } from './im2col.ts';

const g = { ksize: [2, 2], stride: [2, 1], pad: [1, 0], dilate: [1, 2] };

// Expected values: PyTorch 2.13, `unfold` and `fold`.
describe.each(layouts)('im2col and col2im (%s)', (_, layout) => {
  it.each([float32, float64, float16, bfloat16, int32])('%s', (d) => {
    const col = blank([1, 2, 2, 2, 2, 2], d, layout);
    im2col(make(integers([1, 2, 3, 4]), [1, 2, 3, 4], d, layout), col, g);
    expect(numbers(col)).toEqual([
      0, 0, 1, -3, 0, 0, 4, 0, -5, 2, -4, 3, -2, 5, -1, -5, 0, 0, -3, 4, 0, 0, 0, -4, 2, -2, 3, -1, 5, 1, -5,
      2,
    ]);
    const x = blank([1, 2, 3, 4], d, layout);
    col2im(make(integers([32], 5, 9, 4), [1, 2, 2, 2, 2, 2], d, layout), x, g);
    expect(numbers(x)).toEqual([
      0, -4, 2, -2, -3, 2, -1, 4, 1, -3, 3, -1, -1, 4, 1, -3, -4, 1, -2, 3, 0, -4, 2, -2,
    ]);
  });

  it('work on one spatial axis', () => {
    const one = { ksize: [3], stride: [1], pad: [1], dilate: [1] };
    const col = blank([1, 1, 3, 3], float32, layout);
    im2col(make([1, 2, 3], [1, 1, 3], float32, layout), col, one);
    expect(numbers(col)).toEqual([0, 1, 2, 1, 2, 3, 2, 3, 0]);
    const x = blank([1, 1, 3], float32, layout);
    col2im(col, x, one);
    expect(numbers(x)).toEqual([2, 6, 6]);
  });

  it('do nothing for an empty batch', () => {
    const one = { ksize: [3], stride: [1], pad: [1], dilate: [1] };
    const x = blank([0, 1, 3], float32, layout);
    const col = blank([0, 1, 3, 3], float32, layout);
    im2col(x, col, one);
    col2im(col, x, one);
    expect(numbers(col)).toEqual([]);
  });
});
