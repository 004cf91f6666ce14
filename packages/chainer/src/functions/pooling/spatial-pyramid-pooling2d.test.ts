import { concatenate, ones } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../../core/install.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { spatialPyramidPooling2d } from './spatial-pyramid-pooling2d.ts';

describeFunction({ describe, it }, 'spatialPyramidPooling2d', {
  apply: (x) => spatialPyramidPooling2d(x, 2, { pooling: 'max' }),
  inputs: [{ shape: [1, 2, 2, 4], values: [1, 3, 5, 7, 9, 11, 13, 15, 2, -4, 6, -8, 10, 12, 14, 0] }],
  empty: false,
  reference: (x) =>
    concatenate([x.max({ axis: [2, 3] }), x.reshape([1, 2, 2, 2, 2]).max({ axis: 4 }).reshape([1, 8])], {
      axis: 1,
    }).reshape([1, 10, 1, 1]),
});

describe('spatialPyramidPooling2d', () => {
  it('gives one size for images of any size', () => {
    for (const shape of [
      [2, 3, 7, 9],
      [2, 3, 16, 5],
    ])
      expect(spatialPyramidPooling2d(ones(shape), 3, { pooling: 'max' }).shape).toEqual([2, 63, 1, 1]);
  });

  it('knows only max', () => {
    expect(() => spatialPyramidPooling2d(ones([1, 1, 4, 4]), 2, { pooling: 'average' as never })).toThrow(
      '[spatialPyramidPooling2d] pooling must be \'max\', got "average"',
    );
  });
});
