import { describe, expect, it } from 'vitest';
import { type DType, float16, float32, float64, int32, type PoolGeometry } from '../../internal.ts';
import { generator, type LayoutName, type Sides } from './sides.testing.ts';

interface Case extends PoolGeometry {
  readonly image: readonly number[];
  readonly out: readonly number[];
}

const cases: readonly Case[] = [
  { image: [9], ksize: [3], stride: [2], pad: [1], out: [5] },
  { image: [8, 8], ksize: [2, 2], stride: [2, 2], pad: [0, 0], out: [4, 4] },
  { image: [40, 37], ksize: [3, 3], stride: [2, 2], pad: [1, 1], out: [20, 19] },
  { image: [20, 17], ksize: [3, 3], stride: [2, 2], pad: [1, 1], out: [10, 9] },
  { image: [7, 9], ksize: [3, 2], stride: [1, 3], pad: [2, 0], out: [9, 3] },
  { image: [6, 6], ksize: [3, 3], stride: [2, 2], pad: [0, 0], out: [3, 3] },
  { image: [3, 3], ksize: [2, 2], stride: [3, 3], pad: [2, 2], out: [3, 3] },
  { image: [4, 5, 6], ksize: [2, 2, 3], stride: [2, 1, 2], pad: [0, 1, 1], out: [2, 6, 3] },
];

/** The poolings with what goes back through them, `im2col` and `col2im`. */
export function poolingTests({ wide, those, both, pair, outputs, difference, values }: Sides): void {
  async function check(c: Case, d: DType, layout: LayoutName, out = layout): Promise<void> {
    const random = generator(c.image[0]!);
    // Few distinct values, so that ties show which place was taken.
    const value = () => Math.floor((random() - 0.5) * 9);
    const image = [2, 3, ...c.image];
    const windows = [2, 3, ...c.out];
    const x = pair(d, image, value, layout);
    const gy = pair(d, windows, value, layout);
    const exact = { y: outputs(d, windows, out), indices: outputs(int32, windows, out) };
    const results = {
      maxGrad: outputs(d, image, out),
      pick: outputs(d, windows, out),
      'average, window': outputs(d, windows, out),
      'average, inside': outputs(d, windows, out),
      'averageGrad, window': outputs(d, image, out),
      'averageGrad, inside': outputs(d, image, out),
    };
    both((device, k) => {
      const kernels = device.kernels;
      kernels.maxPooling(x[k], exact.y[k], exact.indices[k], c);
      kernels.maxPoolingGrad(gy[k], exact.indices[k], results.maxGrad[k], c);
      kernels.maxPoolingPick(x[k], exact.indices[k], results.pick[k], c);
      for (const divisor of ['window', 'inside'] as const) {
        kernels.averagePooling(x[k], results[`average, ${divisor}`][k], c, divisor);
        kernels.averagePoolingGrad(gy[k], results[`averageGrad, ${divisor}`][k], c, divisor);
      }
    });
    for (const [name, result] of Object.entries(exact))
      expect(await difference(result, 0), `${name} ${d.name} ${layout}`).toBeNull();
    for (const [name, result] of Object.entries(results)) {
      const tolerance = d === float16 ? 1e-2 : 1e-5;
      expect(await difference(result, 16, tolerance), `${name} ${d.name} ${layout}`).toBeNull();
    }
  }

  describe('pooling', () => {
    for (const c of cases) {
      it(JSON.stringify(c), async () => {
        await check(c, float32, 'dense');
        await check(c, float32, 'transposed');
        await check(c, float32, 'transposed', 'dense');
        if (wide) await check(c, float64, 'reversed');
        await check(c, float16, 'dense');
        await check(c, float16, 'reversed');
      });
    }

    it('NaN is the maximum, the first one, and -Infinity has a place', async () => {
      const g = { ksize: [4], stride: [4], pad: [0] };
      const [N, I] = [NaN, -Infinity];
      const x = pair(float32, [1, 1, 12], (i) => [1, N, 3, N, I, I, -5, 2, I, I, I, I][i]!);
      const y = outputs(float32, [1, 1, 3]);
      const indices = outputs(int32, [1, 1, 3]);
      both((device, k) => device.kernels.maxPooling(x[k], y[k], indices[k], g));
      expect(await difference(y, 0)).toBeNull();
      expect(await values(indices[1])).toEqual([1, 3, 0]);
    });
  });

  describe('columns', () => {
    for (const c of cases) {
      for (const dilate of [1, 2]) {
        it(`${JSON.stringify(c)} dilate ${dilate}`, async () => {
          const g = { ...c, dilate: c.image.map(() => dilate) };
          const random = generator(5);
          for (const d of those([float32, float64, float16])) {
            const x = pair(d, [2, 3, ...c.image], () => random() - 0.5, 'transposed');
            const col = outputs(d, [2, 3, ...c.ksize, ...c.out], 'reversed');
            const back = outputs(d, x[0].shape);
            both((device, k) => {
              device.kernels.im2col(x[k], col[k], g);
              device.kernels.col2im(col[k], back[k], g);
            });
            expect(await difference(col, 0), d.name).toBeNull();
            expect(await difference(back, 16, d === float16 ? 1e-2 : 1e-6), d.name).toBeNull();
          }
        });
      }
    }
  });
}
