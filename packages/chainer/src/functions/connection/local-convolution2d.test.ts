import { type NdArray, ones, stack, tensordot } from '@chainer/xp';
import '../../core/install.ts';
import { describe, expect, it } from 'vitest';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { localConvolution2d } from './local-convolution2d.ts';

/** Place by place. */
function places(x: NdArray, W: NdArray, b: NdArray, stride: number): NdArray {
  const [, rows, columns, , kh, kw] = W.shape as [number, number, number, number, number, number];
  const y = Array.from({ length: rows }, (_, i) =>
    stack(
      Array.from({ length: columns }, (_, j) => {
        const [top, left] = [i * stride, j * stride];
        const window = x.at(':', ':', `${top}:${top + kh}`, `${left}:${left + kw}`);
        return tensordot(window, W.at(':', i, j), {
          axes: [
            [1, 2, 3],
            [1, 2, 3],
          ],
        });
      }),
      { axis: -1 },
    ),
  );
  return stack(y, { axis: 2 }).add(b);
}

describeFunction({ describe, it }, 'localConvolution2d', {
  apply: (x, W, b) => localConvolution2d(x, W, b, { stride: 2 }),
  inputs: [
    [2, 2, 5, 6],
    [3, 2, 2, 2, 3, 3],
    [3, 2, 2],
  ],
  empty: [
    [0, 2, 5, 6],
    [3, 2, 2, 2, 3, 3],
    [3, 2, 2],
  ],
  reference: (x, W, b) => places(x, W, b, 2),
});

describe('localConvolution2d', () => {
  it('uses only as many windows as W has places', () => {
    expect(localConvolution2d(ones([1, 1, 5, 5]), ones([2, 2, 1, 1, 2, 2])).shape).toEqual([1, 2, 2, 1]);
  });

  it('names what does not fit', () => {
    expect(() => localConvolution2d(ones([1, 1, 3, 3]), ones([2, 3, 3, 1, 2, 2]))).toThrow(InvalidType);
    expect(() => localConvolution2d(ones([1, 1, 3, 3]), ones([2, 3, 3, 1, 2, 2]))).toThrow(
      'W has 3×3 places but x only 2×2 windows',
    );
    expect(() => localConvolution2d(ones([1, 1, 3, 3]), ones([2, 2, 2, 1, 2, 2]), ones([2, 2]))).toThrow(
      'b must have shape [2,2,2], got [2,2]',
    );
  });
});
