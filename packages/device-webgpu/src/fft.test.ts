import { float32 } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import { both, describeWebGpu, difference, generator, layouts, outputs, pair } from './both.testing.ts';

describeWebGpu('Fourier transforms agree with js', () => {
  for (const n of [1, 2, 7, 12, 64, 97, 1009, 2048, 2 * 61 * 67]) {
    it(`of length ${n}`, async () => {
      for (const [k0, shape] of [[n], [3, n], [2, n, 3]].entries()) {
        const axis = Math.min(1, shape.length - 1);
        const random = generator(n);
        const value = () => random() - 0.5;
        const re = pair(float32, shape, value, layouts[k0 % 4]);
        const im = pair(float32, shape, value, 'transposed');
        const half = shape.map((d, i) => (i === axis ? (n >> 1) + 1 : d));
        const more = shape.map((d, i) => (i === axis ? d + 3 : d));
        const results = [0, 1].map(() => outputs(float32, shape, layouts[(k0 + 1) % 4]));
        const halves = [0, 1].map(() => outputs(float32, half));
        const real = outputs(float32, shape);
        const longer = [0, 1].map(() => outputs(float32, more));
        both((device, k) => {
          const { fft } = device.kernels;
          fft(re[k], im[k], results[0]![k], results[1]![k], { axis, n, inverse: false, scale: 1 });
          fft(re[k], null, halves[0]![k], halves[1]![k], { axis, n, inverse: true, scale: 0.5 });
          fft(halves[0]![k], halves[1]![k], real[k], null, { axis, n, inverse: true, scale: 1 / n });
          fft(re[k], im[k], longer[0]![k], longer[1]![k], { axis, n: n + 3, inverse: false, scale: 1 });
        });
        for (const result of [...results, ...halves, real, ...longer])
          expect(await difference(result, 40, 4e-6 * Math.sqrt(n) + 1e-6), `${shape}`).toBeNull();
      }
    });
  }
});
