import { float32, js } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { fftTests } from '../../../xp/src/testing/kernels/fft.testing.ts';
import { Sides } from '../../../xp/src/testing/kernels/sides.testing.ts';
import { deviceWith, sample } from './library.testing.ts';

const device = deviceWith('cufft');

describe.skipIf(device === null)('Fourier transforms by cuFFT', () => {
  const subject = device!;
  const sides = new Sides({ device: device ?? js, ...sample });
  if (device !== null) fftTests(sides);

  it('are the library’s, between a kernel that makes pairs and one that takes them apart', () => {
    const x = sides.pair(float32, [3, 2 * 61 * 67], (i) => i % 7)[1];
    const [re, im] = [sides.outputs(float32, x.shape)[1], sides.outputs(float32, x.shape)[1]];
    const before = subject.launches;
    subject.kernels.fft(x, null, re, im, { axis: 1, n: x.shape[1]!, inverse: false, scale: 1 });
    subject.synchronizeSync();
    expect(subject.launches - before).toBe(2);
  });

  it('forget plans when there are many', () => {
    const g = { axis: 0, inverse: false, scale: 1 };
    const [x, re, im] = [0, 1, 2].map(() => sides.pair(float32, [200], (i) => i)[1]);
    for (let n = 1; n <= 200; n++) subject.kernels.fft(x!, null, re!, im!, { ...g, n });
    subject.kernels.fft(x!, null, re!, im!, { ...g, n: 1 });
    expect(Number((subject.readSync(re!) as Float32Array)[0])).toBe(0);
  });
});
