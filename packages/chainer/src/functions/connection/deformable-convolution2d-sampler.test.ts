import { ones, zeros } from '@chainer/xp';
import '../../core/install.ts';
import { describe, expect, it } from 'vitest';
import { InvalidType } from '../../core/type-check.ts';
import { hostNumbers } from '../../gradient-check/numerical-grad.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { convolution2d } from './convolution2d.ts';
import { deformableConvolution2dSampler } from './deformable-convolution2d-sampler.ts';

describeFunction({ describe, it }, 'deformableConvolution2dSampler', {
  apply: (x, offset, W, b) => deformableConvolution2dSampler(x, offset, W, b, { stride: 2, pad: 1 }),
  inputs: [[1, 2, 4, 5], { shape: [1, 8, 2, 3], low: 0.2, high: 0.8 }, [2, 2, 2, 2], [2]],
  dtypes: ['float32', 'float64'],
  forward: { float32: { atol: 1e-4, rtol: 1e-3 } },
  empty: false,
  // Straight from the definition.
  reference: (x, offset, W, b) => {
    const [X, D, w, c] = [x, offset, W, b].map(hostNumbers) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const pixel = (ch: number, i: number, j: number) =>
      i < 0 || j < 0 || i >= 4 || j >= 5 ? 0 : (X[(ch * 4 + i) * 5 + j] as number);
    const read = (ch: number, i: number, j: number) => {
      const [y0, x0] = [Math.floor(i), Math.floor(j)];
      const [v, u] = [i - y0, j - x0];
      return (
        (1 - v) * ((1 - u) * pixel(ch, y0, x0) + u * pixel(ch, y0, x0 + 1)) +
        v * ((1 - u) * pixel(ch, y0 + 1, x0) + u * pixel(ch, y0 + 1, x0 + 1))
      );
    };
    const y = [0, 1].map((o) =>
      [0, 1].map((i) =>
        [0, 1, 2].map((j) => {
          let sum = c[o] as number;
          for (let ch = 0; ch < 2; ch++)
            for (let t = 0; t < 4; t++) {
              const dx = D[(t * 2 + i) * 3 + j] as number;
              const dy = D[((t + 4) * 2 + i) * 3 + j] as number;
              const value = read(ch, i * 2 - 1 + Math.floor(t / 2) + dy, j * 2 - 1 + (t % 2) + dx);
              sum += value * (w[(o * 2 + ch) * 4 + t] as number);
            }
          return sum;
        }),
      ),
    );
    return [y];
  },
});

describe('deformableConvolution2dSampler', () => {
  it('without offsets is a convolution', () => {
    const x = ones([2, 2, 5, 5]);
    const W = ones([3, 2, 3, 3]);
    const y = deformableConvolution2dSampler(x, zeros([2, 18, 5, 5]), W, null, { pad: 1 });
    const expected = hostNumbers(convolution2d(x, W, null, { pad: 1 }).array);
    for (const [k, v] of hostNumbers(y.array).entries()) expect(v).toBeCloseTo(expected[k] as number, 3);
  });

  it('names what does not fit', () => {
    const call = (channels: number) =>
      deformableConvolution2dSampler(ones([1, 2, 4, 4]), ones([1, channels, 3, 3]), ones([1, 2, 2, 2]));
    expect(() => call(4)).toThrow(InvalidType);
    expect(() => call(4)).toThrow('offset has 4 channels but a window of 2×2 needs 8');
  });
});
