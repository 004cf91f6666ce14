import { float32, js } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { poolingTests } from '../../../xp/src/testing/kernels/pooling.testing.ts';
import { Sides } from '../../../xp/src/testing/kernels/sides.testing.ts';
import { deviceWith, sample } from './library.testing.ts';

const device = deviceWith('cudnn');

describe.skipIf(device === null)('averages by cuDNN', () => {
  const subject = device!;
  const sides = new Sides({ device: device ?? js, ...sample });
  if (device !== null) poolingTests(sides);

  /** How many kernels of ours a pooling and its gradient took. */
  function launched(image: number[], out: number[], ksize: number, stride: number, pad: number): number {
    const list = (n: number) => image.map(() => n);
    const g = { ksize: list(ksize), stride: list(stride), pad: list(pad) };
    const x = sides.pair(float32, [2, 3, ...image], (i) => i % 7)[1];
    const y = sides.outputs(float32, [2, 3, ...out])[1];
    const before = subject.launches;
    subject.kernels.averagePooling(x, y, g, 'inside');
    subject.kernels.averagePoolingGrad(y, x, g, 'window');
    subject.synchronizeSync();
    return subject.launches - before;
  }

  it('are the library’s where windows fit and reach into the image', () => {
    expect(launched([9], [5], 3, 2, 1)).toBe(0);
    expect(launched([8, 8], [4, 4], 2, 2, 0)).toBe(0);
    expect(launched([4, 5, 6], [2, 3, 3], 2, 2, 1)).toBeGreaterThan(0);
    expect(launched([4, 5, 6], [3, 3, 4], 2, 2, 1)).toBe(0);
    // A window more than fits, and windows in the padding alone.
    expect(launched([6, 6], [3, 3], 3, 2, 0)).toBe(2);
    expect(launched([3, 3], [3, 3], 2, 3, 2)).toBe(2);
  });
});
