import { float32 } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { convolutionTests } from '../../../xp/src/testing/kernels/convolution.testing.ts';
import { Sides } from '../../../xp/src/testing/kernels/sides.testing.ts';
import { deviceWith, sample } from './library.testing.ts';

const device = deviceWith('cudnn');

describe.skipIf(device === null)('convolutions by cuDNN', () => {
  const sides = new Sides({ device: device!, ...sample });
  if (device !== null) convolutionTests(sides);

  it('are the library’s', () => {
    const g = { stride: [1, 1], pad: [1, 1], dilate: [1, 1], groups: 1 };
    const array = (shape: number[]) => sides.pair(float32, shape, (i) => i % 7)[1];
    const [x, W, y] = [array([2, 3, 5, 5]), array([4, 3, 3, 3]), array([2, 4, 5, 5])];
    const before = device!.launches;
    device!.kernels.convolution(x, W, null, y, g);
    device!.kernels.convolutionData(y, W, null, x, g);
    device!.kernels.convolutionWeight(x, y, W, array([4]), g);
    device!.synchronizeSync();
    expect(device!.launches).toBe(before);
  });
});
