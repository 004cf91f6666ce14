import { type NdArray, ones } from '@chainer/xp';
import '../../core/install.ts';
import { describe, expect, it } from 'vitest';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { concat } from '../array/concat.ts';
import { convolution2d } from './convolution2d.ts';
import { depthwiseConvolution2d } from './depthwise-convolution2d.ts';

describeFunction({ describe, it }, 'depthwiseConvolution2d', {
  apply: (x, W, b) => depthwiseConvolution2d(x, W, b, { stride: 2, pad: 1 }),
  inputs: [[2, 3, 4, 5], [2, 3, 2, 3], [6]],
  empty: [[0, 3, 4, 5], [2, 3, 2, 3], [6]],
  // Each channel convolved by itself.
  reference: (x, W, b) =>
    concat(
      [0, 1, 2].map((c) =>
        convolution2d(x.at(':', [c]), W.at(':', [c]), b.at(`${2 * c}:${2 * c + 2}`), { stride: 2, pad: 1 }),
      ),
    ).array as NdArray,
});

describe('depthwiseConvolution2d', () => {
  it('names channels that do not fit', () => {
    expect(() => depthwiseConvolution2d(ones([1, 3, 4, 4]), ones([2, 2, 2, 2]))).toThrow(InvalidType);
    expect(() => depthwiseConvolution2d(ones([1, 3, 4, 4]), ones([2, 2, 2, 2]))).toThrow(
      'x has 3 channels but W expects 2',
    );
  });
});
