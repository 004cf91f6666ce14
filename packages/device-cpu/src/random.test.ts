import { float16, float32, float64, js, type RandomKind, uint32 } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, difference, outputs, values } from './both.testing.ts';

describe('the random stream is that of js', () => {
  for (const kind of ['bits', 'uniform', 'normal'] as RandomKind[]) {
    it(kind, () => {
      for (const d of kind === 'bits' ? [uint32] : [float32, float64, float16]) {
        for (const size of [0, 1, 3, 4, 257, 1000, 40001]) {
          for (const offset of [0, 12345, 2 ** 32 - 3, 2 ** 40 + 1]) {
            const y = outputs(d, [size]);
            const state = { key0: 0xdeadbeef, key1: 42, offset };
            js.kernels.random(kind, y[0], state);
            cpu.kernels.random(kind, y[1], state);
            expect(
              difference(y, kind === 'normal' ? 8 : 0, kind === 'normal' ? 1e-14 : 0),
              `${d.name}[${size}] from ${offset}`,
            ).toBeNull();
          }
        }
      }
    });
  }

  it('uniform numbers fill [0, 1) evenly, normal ones have mean 0 and variance 1', () => {
    const y = outputs(float32, [200000])[1];
    cpu.kernels.random('uniform', y, { key0: 1, key1: 2, offset: 0 });
    const u = values(y);
    expect(Math.min(...u.slice(0, 50000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...u.slice(0, 50000))).toBeLessThan(1);
    expect(u.reduce((a, b) => a + b) / u.length).toBeCloseTo(0.5, 2);
    cpu.kernels.random('normal', y, { key0: 1, key1: 2, offset: 0 });
    const z = values(y);
    const mean = z.reduce((a, b) => a + b) / z.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(z.reduce((a, b) => a + (b - mean) ** 2, 0) / z.length).toBeCloseTo(1, 1);
  });
});
