import { type NdArray, zeros } from '@chainer/xp';
import '../../core/install.ts';
import { describe, it } from 'vitest';
import { describeFunction } from '../../testing/describe-function.ts';
import { convolution2d } from './convolution2d.ts';
import { dilatedConvolution2d } from './dilated-convolution2d.ts';

/** The window with its holes filled with zeros. */
function spread(W: NdArray): NdArray {
  const wide = zeros([2, 2, 3, 5], { dtype: W.dtype, device: W.device });
  wide.setAt(W, ':', ':', '::2', '::4');
  return wide;
}

describeFunction({ describe, it }, 'dilatedConvolution2d', {
  apply: (x, W, b) => dilatedConvolution2d(x, W, b, { pad: [0, 2], dilate: [2, 4] }),
  inputs: [[2, 2, 5, 5], [2, 2, 2, 2], [2]],
  empty: [[0, 2, 5, 5], [2, 2, 2, 2], [2]],
  reference: (x, W, b) => convolution2d(x, spread(W), b, { pad: [0, 2] }).array,
});
