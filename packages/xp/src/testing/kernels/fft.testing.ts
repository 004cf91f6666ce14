import { describe, expect, it } from 'vitest';
import { float32, float64 } from '../../internal.ts';
import { byPrecision, generator, layouts, type Sides } from './sides.testing.ts';

/** `fft`: powers of two, products of small and of large primes, primes. */
export function fftTests({ those, both, pair, outputs, difference }: Sides): void {
  describe('fft', () => {
    for (const n of [1, 2, 7, 12, 64, 97, 1009, 2048, 2 * 61 * 67]) {
      it(`of length ${n}`, async () => {
        for (const d of those([float32, float64])) {
          for (const [k0, shape] of [[n], [3, n], [2, n, 3]].entries()) {
            const axis = Math.min(1, shape.length - 1);
            const random = generator(n);
            const value = () => random() - 0.5;
            const re = pair(d, shape, value, layouts[k0 % 4]);
            const im = pair(d, shape, value, 'transposed');
            const half = shape.map((e, i) => (i === axis ? (n >> 1) + 1 : e));
            const more = shape.map((e, i) => (i === axis ? e + 3 : e));
            const results = [0, 1].map(() => outputs(d, shape, layouts[(k0 + 1) % 4]));
            const halves = [0, 1].map(() => outputs(d, half));
            const real = outputs(d, shape);
            const longer = [0, 1].map(() => outputs(d, more));
            both((on, k) => {
              const { fft } = on.kernels;
              fft(re[k], im[k], results[0]![k], results[1]![k], { axis, n, inverse: false, scale: 1 });
              fft(re[k], null, halves[0]![k], halves[1]![k], { axis, n, inverse: true, scale: 0.5 });
              fft(halves[0]![k], halves[1]![k], real[k], null, { axis, n, inverse: true, scale: 1 / n });
              fft(re[k], im[k], longer[0]![k], longer[1]![k], { axis, n: n + 3, inverse: false, scale: 1 });
            });
            const tolerance = byPrecision(d, 0, 4e-6 * Math.sqrt(n) + 1e-6, 1e-14 * n + 1e-14);
            for (const result of [...results, ...halves, real, ...longer])
              expect(await difference(result, 40, tolerance), `${d.name}[${shape}]`).toBeNull();
          }
        }
      });
    }
  });
}
