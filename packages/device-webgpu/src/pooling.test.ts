import { type DType, float16, float32, int32, type PoolGeometry } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import {
  both,
  describeWebGpu,
  difference,
  generator,
  type LayoutName,
  outputs,
  pair,
  values,
} from './both.testing.ts';

interface Case extends PoolGeometry {
  readonly image: readonly number[];
  readonly out: readonly number[];
}

const cases: readonly Case[] = [
  { image: [9], ksize: [3], stride: [2], pad: [1], out: [5] },
  { image: [8, 8], ksize: [2, 2], stride: [2, 2], pad: [0, 0], out: [4, 4] },
  { image: [20, 17], ksize: [3, 3], stride: [2, 2], pad: [1, 1], out: [10, 9] },
  { image: [7, 9], ksize: [3, 2], stride: [1, 3], pad: [2, 0], out: [9, 3] },
  { image: [3, 3], ksize: [2, 2], stride: [3, 3], pad: [2, 2], out: [3, 3] },
  { image: [4, 5, 6], ksize: [2, 2, 3], stride: [2, 1, 2], pad: [0, 1, 1], out: [2, 6, 3] },
];

async function check(c: Case, d: DType, layout: LayoutName): Promise<void> {
  const random = generator(c.image[0]!);
  // Few distinct values, so that ties show which place was taken.
  const value = () => Math.floor((random() - 0.5) * 9);
  const image = [2, 3, ...c.image];
  const windows = [2, 3, ...c.out];
  const x = pair(d, image, value, layout);
  const gy = pair(d, windows, value, layout);
  const results = {
    y: outputs(d, windows, layout),
    indices: outputs(int32, windows, layout),
    maxGrad: outputs(d, image, layout),
    pick: outputs(d, windows, layout),
    'average, window': outputs(d, windows),
    'average, inside': outputs(d, windows, layout),
    'averageGrad, window': outputs(d, image),
    'averageGrad, inside': outputs(d, image, layout),
  };
  both((device, k) => {
    const kernels = device.kernels;
    kernels.maxPooling(x[k], results.y[k], results.indices[k], c);
    kernels.maxPoolingGrad(gy[k], results.indices[k], results.maxGrad[k], c);
    kernels.maxPoolingPick(x[k], results.indices[k], results.pick[k], c);
    for (const divisor of ['window', 'inside'] as const) {
      kernels.averagePooling(x[k], results[`average, ${divisor}`][k], c, divisor);
      kernels.averagePoolingGrad(gy[k], results[`averageGrad, ${divisor}`][k], c, divisor);
    }
  });
  for (const [name, result] of Object.entries(results))
    expect(
      await difference(result, 16, d === float16 ? 1e-2 : 1e-5),
      `${name} ${d.name} ${layout}`,
    ).toBeNull();
}

describeWebGpu('pooling agrees with js', () => {
  for (const c of cases) {
    it(JSON.stringify(c), async () => {
      await check(c, float32, 'dense');
      await check(c, float32, 'transposed');
      await check(c, float16, 'reversed');
    });
  }

  it('NaN is the maximum, the first one, and -Infinity has a place', async () => {
    const g = { ksize: [4], stride: [4], pad: [0] };
    const [N, I] = [Number.NaN, -Infinity];
    const x = pair(float32, [1, 1, 12], (i) => [1, N, 3, N, I, I, -5, 2, I, I, I, I][i]!);
    const y = outputs(float32, [1, 1, 3]);
    const indices = outputs(int32, [1, 1, 3]);
    both((device, k) => device.kernels.maxPooling(x[k], y[k], indices[k], g));
    expect(await difference(y, 0)).toBeNull();
    expect(await values(indices[1])).toEqual([1, 3, 0]);
  });
});

describeWebGpu('columns agree with js', () => {
  for (const c of cases) {
    it(JSON.stringify(c), async () => {
      for (const dilate of [1, 2]) {
        const g = { ...c, dilate: c.image.map(() => dilate) };
        const random = generator(5);
        for (const d of [float32, float16]) {
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
      }
    });
  }
});
