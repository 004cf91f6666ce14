import { array, ones, random } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { usingConfig } from '../../core/config.ts';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { relu } from '../../functions/activation/relu.ts';
import { tanh } from '../../functions/activation/tanh.ts';
import { bilinear } from '../../functions/connection/bilinear.ts';
import { maxPooling2d } from '../../functions/pooling/max-pooling2d.ts';
import { assertAllclose } from '../../testing/assert-allclose.ts';
import { SimplifiedDropconnect } from '../activation/simplified-dropconnect.ts';
import { Bilinear } from './bilinear.ts';
import type { Convolution2D } from './convolution2d.ts';
import { Highway } from './highway.ts';
import { Inception } from './inception.ts';
import { InceptionBN } from './inception-bn.ts';
import { MLPConvolution2D } from './mlp-convolution2d.ts';
import { Parameter } from './parameter.ts';

const close = { atol: 1e-5, rtol: 1e-4 };
const paths = (link: { namedparams(): Iterable<[string, unknown]> }) =>
  [...link.namedparams()].map(([path]) => path);
const normal = (...size: number[]) => random.normal({ size }).astype('float32');

describe('Bilinear', () => {
  it('applies its parameters', () => {
    const link = new Bilinear(3, 4, 5);
    expect(paths(link)).toEqual(['/W', '/V1', '/V2', '/b']);
    const [e1, e2] = [normal(2, 3), normal(2, 4)];
    const { W, V1, V2, b } = link;
    assertAllclose(link.forward(e1, e2), bilinear(e1, e2, W, V1, V2, b).array, close);
  });

  it('has no linear terms without a bias, and takes initializers for them', () => {
    expect(paths(new Bilinear(3, 4, 5, { nobias: true }))).toEqual(['/W']);
    const link = new Bilinear(1, 1, 1, { initialW: 2, initialBias: [3, 4, 5] });
    expect(link.forward(array([[10]]), array([[100]])).array.toArraySync()).toEqual([[2000 + 30 + 400 + 5]]);
  });

  it('names what does not fit', () => {
    expect(() => new Bilinear(3, 4, 5, { initialBias: 0.5 as never })).toThrow(
      'initialBias must be a list of three',
    );
    expect(() => new Bilinear(3, 4, 5).forward(ones([2, 3]), ones([2, 5]))).toThrow(InvalidType);
  });
});

describe('Highway', () => {
  it('mixes what it transforms with what it hands on', () => {
    const link = new Highway(1, { activate: tanh, initWh: 0.5, initWt: 0, initBt: 0 });
    const y = link.forward(array([[2]]));
    assertAllclose(y, [[(Math.tanh(1) + 2) / 2]], close);
  });

  it('starts by handing on', () => {
    const link = new Highway(3);
    expect(link.transform.b?.array.toArraySync()).toEqual([-1, -1, -1]);
    expect(paths(new Highway(3, { nobias: true }))).toEqual(['/plain/W', '/transform/W']);
  });
});

describe('Inception', () => {
  it('joins its four branches', () => {
    const link = new Inception(null, 2, 3, 4, 2, 3, 2);
    const x = normal(2, 3, 6, 5);
    const y = link.forward(x).array;
    expect(y.shape).toEqual([2, 11, 6, 5]);
    assertAllclose(y.at(':', ':2'), relu(link.conv1.forward(x)).array, close);
    assertAllclose(y.at(':', '2:6'), relu(link.conv3.forward(relu(link.proj3.forward(x)))).array, close);
    assertAllclose(y.at(':', '6:9'), relu(link.conv5.forward(relu(link.proj5.forward(x)))).array, close);
    const pooled = maxPooling2d(x, 3, { stride: 1, pad: 1 });
    assertAllclose(y.at(':', '9:'), relu(link.projp.forward(pooled)).array, close);
  });
});

describe('InceptionBN', () => {
  it('halves the image and hands the pooled channels on where it has no projection', () => {
    const link = new InceptionBN(3, 0, 2, 4, 2, 5, 'max', { stride: 2 });
    const x = normal(2, 3, 6, 6);
    const y = link.forward(x).array;
    expect(y.shape).toEqual([2, 4 + 5 + 3, 3, 3]);
    assertAllclose(y.at(':', '9:'), maxPooling2d(x, 3, { stride: 2, pad: 1, coverAll: false }).array, close);
    expect(paths(link)).not.toContain('/conv1/W');
  });

  it('normalizes each branch', () => {
    const link = new InceptionBN(3, 2, 2, 4, 2, 5, 'avg', { projPool: 3 });
    const y = link.forward(normal(4, 3, 5, 5)).array;
    expect(y.shape).toEqual([4, 2 + 4 + 5 + 3, 5, 5]);
    expect(usingConfig('train', false, () => link.forward(normal(1, 3, 5, 5))).shape).toEqual([1, 14, 5, 5]);
  });

  it('names what does not fit', () => {
    expect(() => new InceptionBN(3, 2, 2, 2, 2, 2, 'median' as never, { projPool: 2 })).toThrow(
      "pooltype must be 'max' or 'avg', got 'median'",
    );
    expect(() => new InceptionBN(3, 2, 2, 2, 2, 2, 'max')).toThrow('out1 2 needs stride 1 and a projPool');
  });
});

describe('MLPConvolution2D', () => {
  it('activates between its layers, not behind the last', () => {
    const link = new MLPConvolution2D(2, [4, 3], 3, { activation: tanh });
    const x = normal(1, 2, 5, 5);
    const [first, second] = [...link] as [Convolution2D, Convolution2D];
    expect([first.W.shape, second.W.shape]).toEqual([
      [4, 2, 3, 3],
      [3, 4, 1, 1],
    ]);
    assertAllclose(link.forward(x), second.forward(tanh(first.forward(x))).array, close);
  });

  it('takes its arguments without input channels', () => {
    expect(new MLPConvolution2D([4, 3], 3, { pad: 1 }).forward(ones([1, 2, 5, 5])).shape).toEqual([
      1, 3, 5, 5,
    ]);
    expect(() => new MLPConvolution2D(2, [], 3)).toThrow('outChannels must list the channels');
  });
});

describe('SimplifiedDropconnect', () => {
  it('drops weights by a mask, which it keeps', () => {
    const link = new SimplifiedDropconnect(null, 1, { initialW: 1, ratio: 0.5 });
    const x = array([[1, 10]]);
    expect(link.persistent).toEqual([]);
    const mask = array([[[1, 0]]]);
    expect(link.forward(x, { mask }).array.toArraySync()).toEqual([[2]]);
    expect(link.persistent).toEqual(['mask']);
    expect(link.mask).toBe(mask);
    expect(link.forward(x, { train: false }).array.toArraySync()).toEqual([[11]]);
  });
});

describe('Parameter', () => {
  it('is its array, with a gradient', () => {
    const x = ones([2]);
    const link = new Parameter(x);
    link
      .forward()
      .mul(new Variable(array([2, 3])))
      .sum()
      .backward();
    expect(link.W.array).toBe(x);
    expect(link.W.grad?.toArraySync()).toEqual([2, 3]);
    expect(paths(link)).toEqual(['/W']);
  });
});
