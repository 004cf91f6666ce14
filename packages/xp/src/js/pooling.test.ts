import { describe, expect, it } from 'vitest';
import { bfloat16, float16, float32, float64, int32 } from '../core/dtype.ts';
import { blank, integers, layouts, make, numbers } from './arrays.testing.ts';
import { averagePooling, averagePoolingGrad, maxPooling, maxPoolingGrad, maxPoolingPick } from './pooling.ts';

const none = -Infinity;

/** Found by plain loops in NumPy; the first agrees with PyTorch's max_pool2d. */
const cases = [
  {
    name: '2-d, windows overlap and reach outside',
    x: [1, 2, 4, 5],
    y: [1, 2, 2, 3],
    g: { ksize: [3, 2], stride: [2, 2], pad: [1, 1] },
    max: [-3, 4, 5, 1, 4, 5, 5, 1, 4, 5, 5, 4],
    at: [5, 4, 2, 5, 0, 3, 5, 4, 4, 1, 4, 0],
    gx: [
      0, 0, 0, 3, 0, -3, 2, 0, 0, 0, 0, 0, 0, 0, -2, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, -3, 0, 2, 0, 0, 0, 0,
      0, 0, 0, -1, 0, 0, 0,
    ],
  },
  {
    name: '1-d, the last window wholly outside',
    x: [2, 1, 5],
    y: [2, 1, 4],
    g: { ksize: [2], stride: [2], pad: [1] },
    max: [-5, 2, 5, none, -3, 4, 3, none],
    at: [1, 0, 0, 0, 1, 0, 1, 0],
    gx: [-3, 0, 0, 3, 0, 2, -2, 0, 0, 1],
  },
  {
    name: '3-d, covering all',
    x: [1, 1, 3, 3, 2],
    y: [1, 1, 2, 2, 1],
    g: { ksize: [2, 2, 2], stride: [2, 2, 2], pad: [0, 0, 0] },
    max: [5, 1, 5, 4],
    at: [3, 0, 2, 1],
    gx: [0, 0, 0, -3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, -1],
  },
];

describe.each(layouts)('max pooling (%s)', (_, layout) => {
  describe.each(cases.map((c) => [c.name, c] as const))('%s', (_, c) => {
    it.each([float32, float64, float16, bfloat16])('%s', (d) => {
      const x = make(integers(c.x), c.x, d, layout);
      const y = blank(c.y, d, layout);
      const at = blank(c.y, int32, layout);
      maxPooling(x, y, at, c.g);
      expect(numbers(y)).toEqual(c.max);
      expect(numbers(at)).toEqual(c.at);
      const gx = blank(c.x, d, layout);
      maxPoolingGrad(make(integers(c.y, 3, 7, 3), c.y, d, layout), at, gx, c.g);
      expect(numbers(gx).map((v) => v + 0)).toEqual(c.gx);
      const picked = blank(c.y, d, layout);
      maxPoolingPick(x, at, picked, c.g);
      expect(numbers(picked)).toEqual(c.max.map((v) => (v === none ? 0 : v)));
    });
  });

  it('takes the first of equals and the first NaN, and finds -Infinity where it is all there is', () => {
    const list = [1, 1, Number.NaN, Number.NaN, 9, Number.NaN, -Infinity, -Infinity];
    const y = blank([1, 1, 4], float32, layout);
    const at = blank([1, 1, 4], int32, layout);
    maxPooling(make(list, [1, 1, 8], float32, layout), y, at, { ksize: [2], stride: [2], pad: [0] });
    expect(numbers(y)).toEqual([1, Number.NaN, Number.NaN, -Infinity]);
    expect(numbers(at)).toEqual([0, 0, 1, 0]);
  });

  it('does not take a place outside where all inside are -Infinity', () => {
    const y = blank([1, 1, 1], float32, layout);
    const at = blank([1, 1, 1], int32, layout);
    const g = { ksize: [3], stride: [1], pad: [1] };
    maxPooling(make([-Infinity], [1, 1, 1], float32, layout), y, at, g);
    expect(numbers(at)).toEqual([1]);
  });

  it('does nothing for an empty batch', () => {
    const g = { ksize: [2], stride: [2], pad: [0] };
    const x = blank([0, 1, 4], float32, layout);
    const y = blank([0, 1, 2], float32, layout);
    const at = blank([0, 1, 2], int32, layout);
    maxPooling(x, y, at, g);
    maxPoolingGrad(y, at, x, g);
    maxPoolingPick(x, at, y, g);
    averagePooling(x, y, g, 'window');
    averagePoolingGrad(y, x, g, 'inside');
    expect(numbers(y)).toEqual([]);
  });
});

// Expected values: PyTorch 2.13, `avg_pool2d` with and without `count_include_pad`.
describe.each(layouts)('average pooling (%s)', (_, layout) => {
  const g = { ksize: [3, 2], stride: [2, 2], pad: [1, 1] };
  const x = integers([4, 4]).map((v) => v * 36);
  const gy = integers([2, 3], 3, 7, 3).map((v) => v * 36);

  it.each([float32, float64, float16, bfloat16])('%s', (d) => {
    const run = (divisor: 'window' | 'inside') => {
      const y = blank([1, 1, 2, 3], d, layout);
      averagePooling(make(x, [1, 1, 4, 4], d, layout), y, g, divisor);
      const gx = blank([1, 1, 4, 4], d, layout);
      averagePoolingGrad(make(gy, [1, 1, 2, 3], d, layout), gx, g, divisor);
      return [numbers(y), numbers(gx)];
    };
    expect(run('window')).toEqual([
      [-24, 6, 30, -6, 36, -24],
      [-18, 0, 0, 18, -24, 12, 12, 6, -6, 12, 12, -12, -6, 12, 12, -12],
    ]);
    expect(run('inside')).toEqual([
      [-72, 9, 90, -12, 36, -48],
      [-54, 0, 0, 54, -66, 12, 12, 30, -12, 12, 12, -24, -12, 12, 12, -24],
    ]);
  });

  it('works on one axis and gives 0 for a window wholly outside', () => {
    const g1 = { ksize: [3], stride: [2], pad: [1] };
    const x1 = make(
      integers([5]).map((v) => v * 6),
      [1, 1, 5],
      float32,
      layout,
    );
    const y = blank([1, 1, 4], float32, layout);
    averagePooling(x1, y, g1, 'window');
    // The fourth window covers places 5 to 7 of five.
    expect(numbers(y)).toEqual([-6, 10, 12, 0]);
    averagePooling(x1, y, g1, 'inside');
    expect(numbers(y)).toEqual([-9, 10, 18, 0]);
    const gx = blank([1, 1, 5], float32, layout);
    averagePoolingGrad(make([6, 6, 6, 6], [1, 1, 4], float32, layout), gx, g1, 'inside');
    expect(numbers(gx)).toEqual([3, 5, 2, 5, 3]);
  });
});
