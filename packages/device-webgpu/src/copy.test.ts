import { float32, NdArray } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import {
  both,
  describeWebGpu,
  difference,
  generator,
  layouts,
  outputs,
  pair,
  supported,
} from './both.testing.ts';

const shapes: readonly (readonly number[])[] = [[], [5], [3, 4], [100, 9], [5, 6, 7], [0, 4], [2, 1, 3, 50]];

describeWebGpu('copy agrees with js', () => {
  for (const from of supported) {
    it(`from ${from.name} to every dtype`, async () => {
      for (const [which, to] of supported.entries()) {
        const shape = shapes[(which + from.index) % shapes.length]!;
        const random = generator(which);
        const sign = to.kind === 'u' || from.kind === 'u' ? 0 : 0.5;
        const x = pair(
          from,
          shape,
          () => (random() - sign) * 100,
          layouts[shape.length ? which % layouts.length : 0],
        );
        const y = outputs(to, shape, shape.length ? layouts[(which + 1) % 4] : 'dense');
        both((device, k) => device.kernels.copy(x[k], y[k]));
        expect(await difference(y, 1), `${from.name} to ${to.name}`).toBeNull();
      }
    });
  }

  it('large transposes, and smaller sources', async () => {
    const x = pair(float32, [70, 900], (i) => i, 'transposed');
    const y = outputs(float32, [70, 900]);
    both((device, k) => device.kernels.copy(x[k], y[k]));
    expect(await difference(y, 0)).toBeNull();
    const small = pair(float32, [3, 1], (i) => i);
    const wide = outputs(float32, [2, 3, 4]);
    both((device, k) => device.kernels.copy(small[k], wide[k]));
    expect(await difference(wide, 0)).toBeNull();
  });
});

describeWebGpu('fill agrees with js', () => {
  it('writes every element of a view and nothing beside it', async () => {
    for (const d of supported) {
      for (const layout of layouts.slice(0, 4)) {
        const y = pair(d, [5, 7], (i) => i % 3, layout);
        both((device, k) => device.kernels.fill(y[k], d.kind === 'b' ? true : d.kind === 'u' ? 200 : -3));
        expect(await difference(y, 0), `${d.name} ${layout}`).toBeNull();
      }
    }
  });

  it('infinities and NaN', async () => {
    for (const value of [Infinity, -Infinity, NaN, 1e-42]) {
      const y = outputs(float32, [3]);
      both((device, k) => device.kernels.fill(y[k], value));
      expect(await difference(y, 0)).toBeNull();
    }
    expect(new NdArray(outputs(float32, [3])[1].storage, float32, [3]).contiguous).toBe(true);
  });
});
