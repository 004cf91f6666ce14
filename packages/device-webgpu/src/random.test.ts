import { float16, float32, type RandomKind, uint32 } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import { both, describeWebGpu, difference, outputs } from './both.testing.ts';

describeWebGpu('the random stream is that of js', () => {
  for (const kind of ['bits', 'uniform', 'normal'] as RandomKind[]) {
    it(kind, async () => {
      for (const d of kind === 'bits' ? [uint32] : [float32, float16]) {
        for (const size of [0, 1, 3, 4, 257, 1000, 40001]) {
          for (const offset of [0, 12345, 2 ** 32 - 3, 2 ** 40 + 1]) {
            const y = outputs(d, [size]);
            const state = { key0: 0xdeadbeef, key1: 42, offset };
            both((device, k) => device.kernels.random(kind, y[k], state));
            const [ulps, absolute] = kind === 'normal' ? [16, 2e-6] : [0, 0];
            expect(await difference(y, ulps, absolute), `${d.name}[${size}] from ${offset}`).toBeNull();
          }
        }
      }
    });
  }
});
