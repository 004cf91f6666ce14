import { ReductionKernel } from '@chainer/xp';
import { float32, int32, type NdArray } from '@chainer/xp/internal';
import { expect, it, vi } from 'vitest';
import { both, describeWebGpu, difference, generator, outputs, pair, webgpu } from './both.testing.ts';

/**
 * Some kernels are written differently for processors, for processors that a CPU emulates, and for those whose vectors' lanes exchange
 * values. Whatever runs the tests, each form computes the same.
 */
const forms = {
  'a processor': { emulated: false, lanes: false },
  'an emulated one': { emulated: true, lanes: false },
  'what this one is': null,
};

const products = [
  [40, 9, 90],
  [257, 5, 260],
  [3, 20, 300],
  [300, 20, 3],
  [20, 530, 20],
  [1, 1, 1],
] as const;

// A barrier where the emulator waits for other work on the machine takes long.
vi.setConfig({ testTimeout: 120_000 });

const random = generator(5);
const value = () => random() - 0.5;

for (const [name, form] of Object.entries(forms)) {
  describeWebGpu(`kernels for ${name} agree with js`, () => {
    const here = webgpu === null ? null : { emulated: webgpu.gpu.emulated, lanes: webgpu.gpu.lanes };
    const within = async (body: () => Promise<void>) => {
      Object.assign(webgpu.gpu, form ?? here);
      try {
        await body();
      } finally {
        Object.assign(webgpu.gpu, here);
      }
    };

    it('products', () =>
      within(async () => {
        for (const [m, k, n] of products) {
          const a = pair(float32, [m, k], value);
          const b = pair(float32, [k, n], value, m % 2 === 0 ? 'transposed' : 'dense');
          const y = outputs(float32, [m, n]);
          both((device, on) => device.kernels.matmul(a[on], b[on], y[on], null));
          expect(await difference(y, 60, 3e-5), `${m}×${k}·${k}×${n}`).toBeNull();
        }
      }));

    it('convolutions', () =>
      within(async () => {
        for (const [stride, pad, size, O] of [
          [1, 1, 7, 5],
          [2, 0, 9, 33],
        ] as const) {
          const out = Math.floor((size + 2 * pad - 3) / stride) + 1;
          const g = { stride: [stride, stride], pad: [pad, pad], dilate: [1, 1], groups: 1 };
          const x = pair(float32, [3, 6, size, size], value);
          const W = pair(float32, [O, 6, 3, 3], value);
          const b = pair(float32, [O], value);
          const gy = pair(float32, [3, O, out, out], value);
          const [y, gx, gW, gb] = [gy, x, W, b].map((like) => outputs(float32, like[0].shape));
          both((device, on) => {
            device.kernels.convolution(x[on], W[on], b[on], y![on], g);
            device.kernels.convolutionData(gy[on], W[on], null, gx![on], g);
            device.kernels.convolutionWeight(x[on], gy[on], gW![on], gb![on], g);
          });
          for (const [what, result] of Object.entries({ y, gx, gW, gb }))
            expect(await difference(result!, 100, 6e-5), `${what}, stride ${stride}`).toBeNull();
        }
      }));

    it('reductions, softmax, normalization, extremes and scans', () =>
      within(async () => {
        const shape = [10, 150];
        const x = pair(float32, shape, value);
        const norm = new ReductionKernel('norm', 1, {
          map: (v) => v.square(),
          reduce: (a, b) => a.add(b),
          post: (a) => a.sqrt(),
          identity: 0,
        });
        for (const axis of [[0], [1], [0, 1]]) {
          const results = x.map((side) => norm.call([side], { axis })) as [NdArray, NdArray];
          expect(await difference(results, 100), `norm over ${axis}`).toBeNull();
        }
        const y = outputs(float32, shape);
        const gx = outputs(float32, shape);
        const best = outputs(int32, [10]);
        const scan = outputs(float32, shape);
        const [mean, variance, invStd] = [0, 1, 2].map(() => outputs(float32, [150]));
        const gamma = pair(float32, [150], value);
        const normalized = outputs(float32, shape);
        both((device, on) => {
          device.kernels.softmax(x[on], y[on], 1, true);
          device.kernels.softmaxGrad(y[on], x[on], gx[on], 1, true);
          device.kernels.argreduce('max', x[on], best[on], 1);
          device.kernels.scan('add', x[on], scan[on], 1);
          device.kernels.batchNormalization(
            x[on],
            gamma[on],
            gamma[on],
            normalized[on],
            mean![on],
            variance![on],
            invStd![on],
            [1],
            1e-4,
          );
        });
        for (const [what, result] of Object.entries({ y, gx, best, scan, mean, variance, normalized }))
          expect(await difference(result!, 200, 2e-5), what).toBeNull();
      }));
  });
}
