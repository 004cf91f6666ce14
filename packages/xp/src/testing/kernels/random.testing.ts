import { describe, expect, it } from 'vitest';
import { float16, float32, float64, type RandomKind, uint32 } from '../../internal.ts';
import type { Sides } from './sides.testing.ts';

/** `random`: the stream is that of `js`. */
export function randomTests({ device, wide, those, both, outputs, difference, values }: Sides): void {
  describe('random', () => {
    for (const kind of ['bits', 'uniform', 'normal'] as RandomKind[]) {
      it(kind, async () => {
        // Normal numbers go through a logarithm, a root and a cosine.
        const [ulps, absolute] = kind !== 'normal' ? [0, 0] : wide ? [8, 1e-14] : [16, 2e-6];
        for (const d of kind === 'bits' ? [uint32] : those([float32, float64, float16])) {
          for (const size of [0, 1, 3, 4, 257, 1000, 40001]) {
            for (const offset of [0, 12345, 2 ** 32 - 3, 2 ** 40 + 1]) {
              const y = outputs(d, [size]);
              const state = { key0: 0xdeadbeef, key1: 42, offset };
              both((on, k) => on.kernels.random(kind, y[k], state));
              expect(await difference(y, ulps, absolute), `${d.name}[${size}] from ${offset}`).toBeNull();
            }
          }
        }
      });
    }

    it('uniform numbers fill [0, 1) evenly, normal ones have mean 0 and variance 1', async () => {
      const y = outputs(float32, [200000])[1];
      device.kernels.random('uniform', y, { key0: 1, key1: 2, offset: 0 });
      const u = await values(y);
      expect(Math.min(...u.slice(0, 50000))).toBeGreaterThanOrEqual(0);
      expect(Math.max(...u.slice(0, 50000))).toBeLessThan(1);
      expect(u.reduce((a, b) => a + b) / u.length).toBeCloseTo(0.5, 2);
      device.kernels.random('normal', y, { key0: 1, key1: 2, offset: 0 });
      const z = await values(y);
      const mean = z.reduce((a, b) => a + b) / z.length;
      expect(mean).toBeCloseTo(0, 1);
      expect(z.reduce((a, b) => a + (b - mean) ** 2, 0) / z.length).toBeCloseTo(1, 1);
    });
  });
}
