import { describe, expect, it } from 'vitest';
import { bfloat16, type DType, float16, float32, float64 } from '../core/dtype.ts';
import { blank, integers, layouts, make, numbers } from './arrays.testing.ts';
import { convolution, convolutionData, convolutionWeight } from './convolution.ts';

/** Results of PyTorch 2.13 (float64, exact integers): the convolution with bias, and its gradients for the same `gy`. */
const cases = [
  {
    name: '1-d, stride 2, pad 2, dilation 2, bias',
    x: [2, 2, 9],
    W: [3, 2, 3],
    y: [2, 3, 5],
    g: { stride: [2], pad: [2], dilate: [2], groups: 1 },
    expected: [
      -7, -13, 12, 15, -11, -8, 19, 16, -9, 2, 21, 4, -27, -3, 10, -10, 14, -16, -13, 11, 14, -8, -11, 19, 5,
      -9, 0, 24, 4, -13,
    ],
    gx: [
      2, 0, -14, 0, 17, 0, -15, 0, -5, -1, 0, -19, 0, 18, 0, -15, 0, -3, -13, 0, 17, 0, -15, 0, 2, 0, 14, -12,
      0, 18, 0, -15, 0, 1, 0, 13,
    ],
    gW: [-8, 14, 11, -4, -17, 24, 0, -23, 14, 44, -9, -10, 1, 10, 3, 8, -8, -2],
  },
  {
    name: '2-d, two groups, uneven stride and pad',
    x: [1, 4, 5, 4],
    W: [4, 2, 3, 2],
    y: [1, 4, 3, 3],
    g: { stride: [2, 1], pad: [1, 0], dilate: [1, 1], groups: 2 },
    expected: [
      20, -11, -20, -30, 25, 3, 7, 16, -8, 23, 10, 19, 21, -8, -4, 7, -22, -7, 18, 11, 15, 35, 10, 7, 13, -21,
      -11, -16, 16, -18, -34, 16, 11, -17, 16, 16,
    ],
    gx: [
      -9, 15, -8, -2, -8, -14, 17, -2, 6, -5, 7, -2, -6, 23, -16, 5, 0, -11, 15, -2, -9, -8, 7, -6, 7, -9,
      -14, 12, 0, 9, -4, 9, -3, 4, 13, -7, 2, -9, -8, 3, 0, 5, -6, -1, 7, -5, -6, 11, -9, 14, -4, 3, 10, -15,
      -2, -2, 3, -5, 5, -7, 6, -6, 7, 1, -8, 3, -6, -5, -9, -9, 11, -1, 18, 4, 9, -9, -3, 9, -6, 4,
    ],
    gW: [
      -7, -6, 6, 18, -7, 19, 24, -8, -18, 5, -4, -11, -28, 24, 5, 30, -7, -7, -11, 8, 10, -20, -18, 26, 21,
      14, 4, 4, -7, -11, -20, -5, -18, -7, -21, 19, -7, 26, 5, -20, -28, 8, 4, -7, -33, 30, 10, 24,
    ],
  },
  {
    name: '2-d, depthwise',
    x: [1, 3, 4, 4],
    W: [3, 1, 2, 2],
    y: [1, 3, 2, 5],
    g: { stride: [1, 1], pad: [0, 1], dilate: [2, 1], groups: 3 },
    expected: [
      -3, 12, -9, 25, -16, -3, -6, 6, -15, -1, 5, -16, 6, 6, -7, -7, 6, 6, -16, 5, 0, -14, 7, -5, -2, -15, 26,
      -8, 13, -2,
    ],
    gx: [
      -6, -9, 9, -8, -7, 11, -6, -9, 6, 0, -6, 2, 4, -2, 6, 0, 5, -4, 1, -8, 9, 0, 5, -4, 1, -4, 5, 0, -3, -8,
      1, -4, -6, 0, 6, -2, -4, 2, -6, 0, 9, -9, -6, 11, 10, -8, 9, -9,
    ],
    gW: [28, -13, 11, -7, -6, 13, -6, 17, 11, 1, 28, -22],
  },
  {
    name: '2-d, 1x1',
    x: [2, 3, 2, 2],
    W: [2, 3, 1, 1],
    y: [2, 2, 2, 2],
    g: { stride: [1, 1], pad: [0, 0], dilate: [1, 1], groups: 1 },
    expected: [16, -13, 13, -16, 11, -8, 17, -13, -13, 13, -16, -12, -8, 17, -13, -10],
    gx: [5, 4, -11, 9, 0, -6, 9, -11, 2, -2, 1, -3, 4, -11, 9, -6, -6, 9, -11, 4, -2, 1, -3, 0],
    gW: [-5, 13, 20, -52, 22, 8],
  },
  {
    name: '3-d',
    x: [1, 1, 3, 4, 3],
    W: [2, 1, 2, 2, 2],
    y: [1, 2, 2, 3, 3],
    g: { stride: [1, 2, 1], pad: [0, 1, 1], dilate: [1, 1, 2], groups: 1 },
    expected: [
      1, -14, 1, 10, -16, -9, -8, -21, -13, -12, -12, -6, -4, -4, 17, -9, -11, 20, 4, 10, 4, -3, -5, 13, 7, 5,
      -5, 6, 21, -9, -8, 20, -1, 0, -3, -6,
    ],
    gx: [
      4, 10, -6, -6, 10, 4, 0, -13, -4, 13, -2, -6, 12, 4, -11, 1, 8, 4, 0, -1, -11, -14, -3, 1, 10, -9, -3,
      2, -12, 2, 2, 9, -5, 10, -4, 2,
    ],
    gW: [11, 23, 20, -14, -21, -14, 1, 23, 18, -13, -2, -24, -1, 24, -2, 10],
  },
];

const inputsOf = (c: (typeof cases)[number], d: DType, layout: (typeof layouts)[number][1]) => ({
  x: make(integers(c.x), c.x, d, layout),
  W: make(integers(c.W, 5, 7, 3), c.W, d, layout),
  b: make(integers([c.W[0] as number], 3, 5, 1), [c.W[0] as number], d, layout),
  gy: make(integers(c.y, 3, 7, 3), c.y, d, layout),
});

describe.each(layouts)('convolution (%s)', (_, layout) => {
  describe.each(cases.map((c) => [c.name, c] as const))('%s', (_, c) => {
    // All values are integers below 2^8, which every floating dtype holds.
    it.each([float32, float64, float16, bfloat16])('%s', (d) => {
      const { x, W, b, gy } = inputsOf(c, d, layout);
      const y = blank(c.y, d, layout);
      convolution(x, W, b, y, c.g);
      expect(numbers(y)).toEqual(c.expected);
      const gx = blank(c.x, d, layout);
      convolutionData(gy, W, null, gx, c.g);
      expect(numbers(gx)).toEqual(c.gx);
      const gW = blank(c.W, d, layout);
      convolutionWeight(x, gy, gW, null, c.g);
      expect(numbers(gW)).toEqual(c.gW);
    });

    it('sums the gradient of the bias beside that of the weights', () => {
      const { x, gy } = inputsOf(c, float32, layout);
      const gW = blank(c.W, float32, layout);
      const gb = blank([c.W[0] as number], float32, layout);
      convolutionWeight(x, gy, gW, gb, c.g);
      expect(numbers(gW)).toEqual(c.gW);
      const image = c.y.slice(2).reduce((n, k) => n * k, 1);
      const sums = new Array<number>(c.W[0] as number).fill(0);
      for (const [i, v] of numbers(gy).entries())
        sums[Math.floor(i / image) % sums.length] = (sums[Math.floor(i / image) % sums.length] as number) + v;
      expect(numbers(gb)).toEqual(sums);
    });

    it('has a bias only where it is given', () => {
      const { x, W, b, gy } = inputsOf(c, float64, layout);
      const channel = (i: number, shape: readonly number[]) => {
        const spatial = shape.slice(2).reduce((n, k) => n * k, 1);
        return Math.floor(i / spatial) % (shape[1] as number);
      };
      const y = blank(c.y, float64, layout);
      convolution(x, W, null, y, c.g);
      const bias = numbers(b);
      expect(numbers(y).map((v, i) => v + (bias[channel(i, c.y)] as number))).toEqual(c.expected);
      const channels = Array.from({ length: c.x[1] as number }, (_, i) => 10 * i + 1);
      const gx = blank(c.x, float64, layout);
      convolutionData(gy, W, make(channels, [channels.length], float64, layout), gx, c.g);
      expect(numbers(gx)).toEqual(c.gx.map((v, i) => v + (channels[channel(i, c.x)] as number)));
    });
  });

  it('convolves four spatial axes', () => {
    // A window of 1x1x1x2 over the last axis: y[..., i] = 2 x[..., i] - x[..., i + 1], by hand.
    const x = make(integers([1, 1, 2, 1, 2, 3]), [1, 1, 2, 1, 2, 3], float32, layout);
    const y = blank([1, 1, 2, 1, 2, 2], float32, layout);
    const g = { stride: [1, 1, 1, 1], pad: [0, 0, 0, 0], dilate: [1, 1, 1, 1], groups: 1 };
    convolution(x, make([2, -1], [1, 1, 1, 1, 1, 2], float32, layout), null, y, g);
    const v = numbers(x);
    const want = [0, 1, 3, 4, 6, 7, 9, 10].map((i) => 2 * (v[i] as number) - (v[i + 1] as number));
    expect(numbers(y)).toEqual(want);
  });

  it('gives the bias where there is no input channel, zeros for an empty batch', () => {
    const g = { stride: [1], pad: [0], dilate: [1], groups: 1 };
    const y = blank([1, 2, 3], float32, layout);
    convolution(
      blank([1, 0, 3], float32, layout),
      blank([2, 0, 1], float32, layout),
      make([4, 5], [2], float32),
      y,
      g,
    );
    expect(numbers(y)).toEqual([4, 4, 4, 5, 5, 5]);
    const gW = blank([2, 1, 1], float32, layout);
    convolutionWeight(blank([0, 1, 3], float32, layout), blank([0, 2, 3], float32, layout), gW, null, g);
    expect(numbers(gW)).toEqual([0, 0]);
    const none = blank([0, 2, 3], float32, layout);
    convolution(blank([0, 1, 3], float32, layout), make([1, 2], [2, 1, 1], float32), null, none, g);
    expect(numbers(none)).toEqual([]);
  });
});

describe('convolutionData', () => {
  it('leaves the bias at places that no window covers', () => {
    // Stride 2, window 1: odd places of gx belong to no window.
    const gx = blank([1, 1, 5], float32);
    const gy = make([1, 2, 3], [1, 1, 3], float32);
    const g = { stride: [2], pad: [0], dilate: [1], groups: 1 };
    convolutionData(gy, make([10], [1, 1, 1], float32), make([0.5], [1], float32), gx, g);
    expect(numbers(gx)).toEqual([10.5, 0.5, 20.5, 0.5, 30.5]);
  });
});
