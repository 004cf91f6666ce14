import { array, ones } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { hostNumbers } from '../../gradient-check/numerical-grad.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { unpoolingNd } from './unpooling-nd.ts';
import { unpooling1d } from './unpooling1d.ts';
import { unpooling2d } from './unpooling2d.ts';
import { unpooling3d } from './unpooling3d.ts';

describeFunction({ describe, it }, 'unpooling2d', {
  apply: (x) => unpooling2d(x, [3, 2], { stride: [2, 1], pad: [1, 0], coverAll: false }),
  inputs: [[2, 2, 3, 3]],
  // Every element added to each place of its window.
  reference: (x) => {
    const n = x.shape[0] as number;
    const v = hostNumbers(x);
    const y = new Float64Array(n * 2 * 5 * 4);
    for (let i = 0; i < n * 2; i++)
      for (let r = 0; r < 3; r++)
        for (let c = 0; c < 3; c++)
          for (let dr = 0; dr < 3; dr++)
            for (let dc = 0; dc < 2; dc++) {
              const row = r * 2 - 1 + dr;
              const at = (i * 5 + row) * 4 + c + dc;
              if (row >= 0 && row < 5) y[at] = (y[at] as number) + (v[(i * 3 + r) * 3 + c] as number);
            }
    return array(y, { shape: [n, 2, 5, 4], device: 'js' });
  },
});

describe('unpooling', () => {
  it('repeats elements where windows do not overlap, in one and in three dimensions', () => {
    expect(unpooling1d(array([[[1, 2]]]), 2, { coverAll: false }).array.toArraySync()).toEqual([
      [[1, 1, 2, 2]],
    ]);
    expect(unpooling3d(ones([1, 1, 1, 2, 2]), 2, { outsize: [2, 4, 3] }).shape).toEqual([1, 1, 2, 4, 3]);
    expect(
      hostNumbers(unpooling3d(ones([1, 1, 1, 2, 2]), 2, { coverAll: false }).array).every((v) => v === 1),
    ).toBe(true);
  });

  it('adds many overlapping windows up', () => {
    expect(unpoolingNd(ones([1, 1, 3]), 10, { stride: 1, coverAll: false }).array.toArraySync()).toEqual([
      [[1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 2, 1]],
    ]);
  });

  it('names an outsize that does not fit', () => {
    const call = () => unpooling2d(ones([1, 1, 2, 2]), 2, { outsize: [4, 6] });
    expect(call).toThrow(InvalidType);
    expect(call).toThrow('along spatial axis 1 it has 3 windows but x has 2');
    expect(() => unpooling1d(ones([1, 1, 2, 2]), 2)).toThrow('x must have 3 axes');
  });
});
