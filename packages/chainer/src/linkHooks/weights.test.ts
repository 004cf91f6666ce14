import { array, type NdArray, ones } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { usingConfig } from '../core/config.ts';
import { Variable } from '../core/install.ts';
import { forget } from '../functions/util/forget.ts';
import { hostNumbers } from '../gradient-check/numerical-grad.ts';
import { Convolution2D } from '../links/connection/convolution2d.ts';
import { Deconvolution2D } from '../links/connection/deconvolution2d.ts';
import { Linear } from '../links/connection/linear.ts';
import { DictionarySerializer } from '../serializers/index.ts';
import { assertAllclose } from '../testing/assert-allclose.ts';
import { SpectralNormalization } from './spectral-normalization.ts';
import { WeightStandardization } from './weight-standardization.ts';

// Singular values 3 and 1.
const W = array([
  [2, 1],
  [1, 2],
]);
const fields = (link: object) => link as unknown as Record<string, NdArray>;

describe('SpectralNormalization', () => {
  const layer = (options = {}) =>
    new Linear(2, 2, { initialW: W, nobias: true }).addHook(new SpectralNormalization(options));

  it('divides the weight by its greatest singular value', () => {
    const y = layer({ nPowerIteration: 30 }).forward(array([[1, 0]]));
    assertAllclose(y, [[2 / 3, 1 / 3]], { atol: 1e-5, rtol: 1e-5 });
  });

  it('divides the singular value by a factor, and scales by gamma, which starts as that value', () => {
    const halved = layer({ nPowerIteration: 30, factor: 2 }).forward(array([[1, 0]]));
    assertAllclose(halved, [[4 / 3, 2 / 3]], { atol: 1e-5, rtol: 1e-5 });
    const scaled = layer({ nPowerIteration: 30, useGamma: true });
    expect([...scaled.namedparams()].map(([path]) => path)).toEqual(['/W', '/gamma']);
    assertAllclose(fields(scaled).gamma as NdArray, 3, { atol: 1e-5, rtol: 1e-5 });
    assertAllclose(scaled.forward(array([[1, 0]])), [[2, 1]], { atol: 1e-5, rtol: 1e-5 });
  });

  it('leaves the parameter in its place, with a gradient', () => {
    const l = layer();
    const before = l.W;
    l.forward(ones([3, 2]))
      .sum()
      .backward();
    expect(l.W).toBe(before);
    expect(l.W.grad?.shape).toEqual([2, 2]);
    // The quotient does not change along the weight itself.
    const along = l.W.array.mul(l.W.grad as NdArray).sum();
    expect(Number(along.itemSync())).toBeCloseTo(0, 4);
  });

  it('puts the parameter back when the link fails', () => {
    const l = layer();
    const before = l.W;
    expect(() => l.forward(ones([3, 5]))).toThrow('features');
    l.forward(ones([3, 2]));
    expect(l.W).toBe(before);
  });

  it('moves its vector in training only, and not when a function is run again', () => {
    const l = layer();
    const vector = () => hostNumbers(fields(l).W_u as NdArray).join();
    const start = vector();
    usingConfig('train', false, () => l.forward(ones([1, 2])));
    expect(vector()).toBe(start);
    l.forward(ones([1, 2]));
    const moved = vector();
    expect(moved).not.toBe(start);
    const x = new Variable(ones([1, 2]));
    const y = forget((v) => l.forward(v as Variable), x).sum();
    const once = vector();
    y.backward();
    expect(vector()).toBe(once);
  });

  it('is saved with its link, and gone when the hook is', () => {
    const l = layer();
    const keys = (link: Linear) => {
      const s = new DictionarySerializer();
      link.serialize(s);
      return [...s.target.keys()].sort();
    };
    expect(keys(l)).toEqual(['W', 'W_u']);
    l.deleteHook('SpectralNormalization');
    expect(keys(l)).toEqual(['W']);
  });

  it('initializes a layer that does not know its size, and takes axis 1 of deconvolutions', () => {
    const conv = new Convolution2D(null, 3, 2).addHook(new SpectralNormalization());
    expect(conv.forward(ones([1, 2, 4, 4])).shape).toEqual([1, 3, 3, 3]);
    expect(fields(conv).W_u?.shape).toEqual([3]);
    const deconv = new Deconvolution2D(2, 3, 2).addHook(new SpectralNormalization());
    expect(fields(deconv).W_u?.shape).toEqual([3]);
  });

  it('names what does not fit', () => {
    expect(() => new SpectralNormalization({ nPowerIteration: 0 })).toThrow(
      'nPowerIteration must be a positive integer',
    );
    expect(() => new Linear(2, 2).addHook(new SpectralNormalization({ weightName: 'V' }))).toThrow(
      "[SpectralNormalization] Linear has no weight 'V'",
    );
  });
});

describe('WeightStandardization', () => {
  it('gives the weights of every output mean 0 and variance 1', () => {
    const l = new Linear(4, 1, { initialW: array([[1, 3, 5, 7]]), nobias: true }).addHook(
      new WeightStandardization({ eps: 0 }),
    );
    const y = l.forward(
      array([
        [1, 0, 0, 0],
        [0, 0, 0, 1],
        [1, 1, 1, 1],
      ]),
    );
    assertAllclose(y, [[-3 / Math.sqrt(5)], [3 / Math.sqrt(5)], [0]], { atol: 1e-5, rtol: 1e-5 });
    expect(hostNumbers(l.W.array)).toEqual(Float64Array.of(1, 3, 5, 7));
  });

  it('initializes a layer that does not know its size', () => {
    const conv = new Convolution2D(null, 3, 2).addHook(new WeightStandardization());
    const y = conv.forward(ones([1, 2, 4, 4]));
    // All-ones windows read the sum of the weights, which is 0.
    assertAllclose(y, y.array.zerosLike(), { atol: 1e-4, rtol: 0 });
  });

  it('names a weight that is not there', () => {
    expect(() => new Linear(2, 2).addHook(new WeightStandardization({ weightName: 'V' }))).toThrow(
      "[WeightStandardization] Linear has no weight 'V'",
    );
  });
});
