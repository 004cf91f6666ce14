import { describe, expect, it } from 'vitest';
import { complex64, complex128, float16, float32, int8 } from '../../internal.ts';
import { generator, layouts, type Sides } from './sides.testing.ts';

const shapes: readonly (readonly number[])[] = [
  [],
  [5],
  [3, 4],
  [100, 90],
  [5, 6, 7],
  [64, 3, 40],
  [0, 4],
  [2, 1, 3, 50],
];

/** `copy` and `fill`. */
export function copyTests({ dtypes, those, both, pair, outputs, difference }: Sides): void {
  describe('copy', () => {
    for (const from of dtypes) {
      it(`from ${from.name} to every dtype`, async () => {
        for (const [which, to] of dtypes.entries()) {
          if (from.kind === 'c' && to.kind !== 'c') continue;
          for (const shape of [
            shapes[which % shapes.length]!,
            shapes[(which + from.index) % shapes.length]!,
          ]) {
            const random = generator(which);
            const sign = to.kind === 'u' || from.kind === 'u' ? 0 : 0.5;
            const layout = layouts[shape.length ? which % layouts.length : 0]!;
            const x = pair(from, shape, () => Math.floor((random() - sign) * 100), layout);
            const y = outputs(to, shape, shape.length ? layouts[(which + 1) % 4] : 'dense');
            both((device, k) => device.kernels.copy(x[k], y[k]));
            expect(await difference(y, 1), `${from.name} to ${to.name}, ${shape}`).toBeNull();
          }
        }
      });

      it(`fractions of ${from.name} to every dtype`, async () => {
        for (const [which, to] of dtypes.entries()) {
          if (from.kind === 'c' && to.kind !== 'c') continue;
          const random = generator(which);
          const sign = to.kind === 'u' || from.kind === 'u' ? 0 : 0.5;
          const x = pair(from, [70], () => (random() - sign) * 100);
          const y = outputs(to, [70]);
          both((device, k) => device.kernels.copy(x[k], y[k]));
          expect(await difference(y, 1), `${from.name} to ${to.name}`).toBeNull();
        }
      });
    }

    it('same dtype, every pair of layouts and sizes of element', async () => {
      for (const d of those([int8, float16, float32, complex64, complex128])) {
        for (const shape of shapes.slice(1)) {
          for (const a of layouts) {
            for (const b of layouts.slice(0, 4)) {
              const x = pair(d, shape, (i) => i % 100, a);
              const y = outputs(d, shape, b);
              both((device, k) => device.kernels.copy(x[k], y[k]));
              expect(await difference(y, 0), `${d.name} ${shape} ${a} to ${b}`).toBeNull();
            }
          }
        }
      }
    });

    it('large transposes, which threads share', async () => {
      for (const shape of [
        [700, 900],
        [70, 900],
      ]) {
        const x = pair(float32, shape, (i) => i, 'transposed');
        const y = outputs(float32, shape);
        both((device, k) => device.kernels.copy(x[k], y[k]));
        expect(await difference(y, 0), `${shape}`).toBeNull();
      }
    });

    it('broadcasts a smaller source', async () => {
      const x = pair(float32, [3, 1], (i) => i);
      const y = outputs(float32, [2, 3, 4]);
      both((device, k) => device.kernels.copy(x[k], y[k]));
      expect(await difference(y, 0)).toBeNull();
    });
  });

  describe('fill', () => {
    it('writes every element of a view and nothing beside it', async () => {
      for (const d of dtypes) {
        for (const layout of layouts.slice(0, 4)) {
          const y = pair(d, [5, 7], (i) => i % 3, layout);
          both((device, k) => device.kernels.fill(y[k], d.kind === 'b' ? true : d.kind === 'u' ? 200 : -3));
          expect(await difference(y, 0), `${d.name} ${layout}`).toBeNull();
        }
      }
    });

    it('infinities, NaN and numbers below the normal ones', async () => {
      for (const value of [Infinity, -Infinity, NaN, 1e-42]) {
        const y = outputs(float32, [3]);
        both((device, k) => device.kernels.fill(y[k], value));
        expect(await difference(y, 0), `${value}`).toBeNull();
      }
    });
  });
}
