import { ones, random } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../../core/install.ts';
import { depthwiseConvolution2d } from '../../functions/connection/depthwise-convolution2d.ts';
import { localConvolution2d } from '../../functions/connection/local-convolution2d.ts';
import { assertAllclose } from '../../testing/assert-allclose.ts';
import { Convolution2D } from './convolution2d.ts';
import { DeformableConvolution2D } from './deformable-convolution2d.ts';
import { DepthwiseConvolution2D } from './depthwise-convolution2d.ts';
import { DilatedConvolution2D } from './dilated-convolution2d.ts';
import { LocalConvolution2D } from './local-convolution2d.ts';

const close = { atol: 1e-4, rtol: 1e-4 };
const normal = (...size: number[]) => random.normal({ size }).astype('float32');

describe('DepthwiseConvolution2D', () => {
  it('applies its parameters, found in the first pass', () => {
    const link = new DepthwiseConvolution2D(null, 2, 3, { pad: 1, stride: 2 });
    expect([link.W.isInitialized, link.b?.isInitialized]).toEqual([false, false]);
    const x = normal(2, 3, 5, 5);
    const y = link.forward(x);
    expect([link.W.shape, link.b?.shape]).toEqual([[2, 3, 3, 3], [6]]);
    assertAllclose(y, depthwiseConvolution2d(x, link.W, link.b, { pad: 1, stride: 2 }).array, close);
  });
});

describe('DilatedConvolution2D', () => {
  it('is a convolution whose taps lie apart', () => {
    const link = new DilatedConvolution2D(2, 3, 2, { dilate: 2, nobias: true });
    const wide = new Convolution2D(2, 3, 3, { initialW: 0, nobias: true });
    wide.W.array.setAt(link.W.array, ':', ':', '::2', '::2');
    const x = normal(1, 2, 5, 5);
    assertAllclose(link.forward(x), wide.forward(x).array, close);
  });
});

describe('LocalConvolution2D', () => {
  it('has weights for every place of its windows, also with a stride', () => {
    const link = new LocalConvolution2D(2, 3, [7, 5], 3, { stride: 2 });
    expect([link.W.shape, link.b?.shape]).toEqual([
      [3, 3, 2, 2, 3, 3],
      [3, 3, 2],
    ]);
    const x = normal(2, 2, 7, 5);
    assertAllclose(link.forward(x), localConvolution2d(x, link.W, link.b, { stride: 2 }).array, close);
  });

  it('finds its sizes in the first pass, and needs that of its window', () => {
    expect(new LocalConvolution2D(null, 4, null, 2).forward(ones([1, 2, 4, 3])).shape).toEqual([1, 4, 3, 2]);
    expect(() => new LocalConvolution2D(2, 4)).toThrow('[LocalConvolution2D] ksize is missing');
  });
});

describe('DeformableConvolution2D', () => {
  it('is a convolution while its offsets are 0, and starts with windows of 0', () => {
    const link = new DeformableConvolution2D(null, 4, 3, {
      pad: 1,
      offsetInitialW: 0,
      deformInitialBias: 0.5,
    });
    const x = normal(2, 3, 5, 5);
    assertAllclose(link.forward(x), ones([2, 4, 5, 5]).mul(0.5), close);
    link.deform_conv.W.array.setAt(normal(4, 3, 3, 3), '...');
    const plain = new Convolution2D(3, 4, 3, {
      pad: 1,
      initialW: link.deform_conv.W.array,
      initialBias: 0.5,
    });
    assertAllclose(link.forward(x), plain.forward(x).array, { atol: 1e-3, rtol: 1e-3 });
    expect([...link.namedparams()].map(([path, p]) => [path, p.shape])).toEqual([
      ['/offset_conv/W', [18, 3, 3, 3]],
      ['/offset_conv/b', [18]],
      ['/deform_conv/W', [4, 3, 3, 3]],
      ['/deform_conv/b', [4]],
    ]);
  });
});
