import { array, ones, zeros } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { maxPooling2d } from './max-pooling2d.ts';
import { upsampling2d } from './upsampling2d.ts';

const places = [0, 3, 1, 2];

describeFunction({ describe, it }, 'upsampling2d', {
  apply: (x, indexes) => upsampling2d(x, indexes, 2, { outsize: [4, 4] }),
  inputs: [[1, 1, 2, 2], { shape: [1, 1, 2, 2], dtype: 'int32', values: places }],
  empty: false,
  reference: (x) => {
    const y = zeros([1, 1, 4, 4], { dtype: 'float64', device: 'js' });
    places.forEach((p, k) => {
      const [i, j] = [Math.floor(k / 2), k % 2];
      y.setAt(x.at(0, 0, i, j), 0, 0, 2 * i + Math.floor(p / 2), 2 * j + (p % 2));
    });
    return y;
  },
});

describe('upsampling2d', () => {
  it('undoes max pooling at the maxima', () => {
    const x = array([
      [
        [
          [1, 2, 0],
          [3, 0, 9],
          [5, 4, 6],
        ],
      ],
    ]);
    const [y, indexes] = maxPooling2d(x, 2, { returnIndices: true });
    expect(upsampling2d(y, indexes, 2).array.toArraySync()).toEqual([
      [
        [
          [0, 0, 0],
          [3, 0, 9],
          [5, 0, 6],
        ],
      ],
    ]);
  });

  it('names what does not fit', () => {
    const call = () => upsampling2d(ones([1, 1, 2, 2]), zeros([1, 1, 2, 3], { dtype: 'int32' }), 2);
    expect(call).toThrow(InvalidType);
    expect(call).toThrow('x and indexes must have the same shape');
  });
});
