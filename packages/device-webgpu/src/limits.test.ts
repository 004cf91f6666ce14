import * as xp from '@chainer/xp';
import { array, type Device, js, linalg, type NdArray } from '@chainer/xp';
import { float32, int32, type Kernels } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { requestGpu } from './adapter.ts';
import { describeWebGpu, generator } from './both.testing.ts';
import { WebGpuDevice } from './device.ts';
import { accessors, redirected } from './split.ts';

const small = { maxStorageBufferBindingSize: 4096, maxComputeWorkgroupsPerDimension: 3 };

/** A device that says that it has lower limits; an adapter grants none below WebGPU's defaults. */
function limited(device: GPUDevice, limits: Partial<Record<keyof GPUSupportedLimits, number>>): GPUDevice {
  const all = new Proxy(device.limits, {
    get: (target, name) => limits[name as keyof GPUSupportedLimits] ?? Reflect.get(target, name, target),
  });
  return new Proxy(device, {
    get(target, name) {
      if (name === 'limits') return all;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const random = generator(3);
const numbers = (n: number) => Float32Array.from({ length: n }, () => random() - 0.5);

/** What a computation gives on a device with low limits and on `js`. */
async function same(
  device: Device,
  shapes: readonly (readonly number[])[],
  body: (...xs: NdArray[]) => NdArray | readonly NdArray[],
  tolerance = 1e-5,
): Promise<void> {
  const data = shapes.map((shape) => numbers(shape.reduce((a, b) => a * b, 1)));
  const on = (where: Device) => {
    const xs = shapes.map((shape, i) => array(data[i] as Float32Array, { shape, device: where }));
    return xp.withDevice(where, () => [body(...xs)].flat() as NdArray[]);
  };
  const found = on(device);
  for (const [k, expected] of on(js).entries()) {
    const [a, b] = [await (found[k] as NdArray).data(), expected.dataSync()];
    expect(a.length).toBe(b.length);
    for (let i = 0; i < a.length; i++) {
      if (Math.abs(Number(a[i]) - Number(b[i])) > tolerance)
        throw new Error(`result ${k}, element ${i}: ${a[i]}, on js ${b[i]}`);
    }
  }
}

describeWebGpu('arrays beyond one binding, and more workgroups than one dimension has', async () => {
  const device = new WebGpuDevice(limited(await requestGpu({}), small), 'small');
  const n = 1500;

  it('has a binding of 1,024 elements', () => {
    expect(device.gpu.mostBound).toBe(4096);
  });

  it('are computed element by element, dense and as views', async () => {
    await same(device, [[n], [n]], (x, y) => [x.add(y), xp.exp(x.mul(y)), x.gt(y)]);
    await same(
      device,
      [
        [30, 50],
        [50, 30],
      ],
      (x, y) => [x.add(y.transpose()), x.at('::-1', '1::2').neg()],
    );
    await same(device, [[n, 2]], (x) => x.at(xp.s(null, null, -1)).add(1));
  });

  it('are filled, copied, cast and written in part', async () => {
    await same(device, [[n]], (x) => {
      const y = x.copy();
      y.setAt(3, '10:1400:3');
      return [y, x.astype('int32'), xp.full([n], 2)];
    });
  });

  it('are reduced, scanned and sorted', async () => {
    await same(
      device,
      [[n]],
      (x) => [x.sum(), x.max(), xp.argmax(x), xp.cumsum(x), xp.sort(x), xp.argsort(x)],
      1e-4,
    );
    await same(device, [[50, 30]], (x) => [x.sum({ axis: 0 }), x.mean({ axis: 1 }), xp.sort(x, { axis: 0 })]);
  });

  it('are multiplied', async () => {
    await same(
      device,
      [
        [40, 37],
        [37, 45],
      ],
      (x, y) => xp.matmul(x, y),
      1e-4,
    );
    await same(
      device,
      [
        [3, 20, 30],
        [3, 30, 20],
      ],
      (x, y) => xp.matmul(x, y),
      1e-4,
    );
  });

  it('are gathered and scattered', async () => {
    const at = Int32Array.from({ length: 60 }, (_, i) => (i * 7) % 50);
    await same(
      device,
      [
        [50, 30],
        [60, 30],
      ],
      (x, rows) => {
        const indices = array(at, { device: x.device });
        const y = x.copy();
        y.device.kernels.scatter(y, indices, 0, rows, 'add');
        return [xp.take(x, indices, { axis: 0 }), y];
      },
    );
  });

  it('go through the kernels of networks', async () => {
    const conv = { stride: [1, 1], pad: [1, 1], dilate: [1, 1], groups: 1 };
    const pool = { ksize: [2, 2], stride: [2, 2], pad: [0, 0] };
    const run = (
      x: NdArray,
      shapes: readonly (readonly number[])[],
      call: (k: Kernels, ...y: NdArray[]) => void,
    ) => {
      const ys = shapes.map((shape) => xp.zeros(shape, { device: x.device }));
      call(x.device.kernels, ...ys);
      return ys;
    };
    await same(
      device,
      [[2, 3, 16, 16], [5, 3, 3, 3], [5]],
      (x, W, b) =>
        run(
          x,
          [
            [2, 5, 16, 16],
            [2, 3, 16, 16],
          ],
          (k, y, gx) => {
            k.convolution(x, W, b, y as NdArray, conv);
            k.convolutionData(y as NdArray, W, null, gx as NdArray, conv);
          },
        ),
      1e-4,
    );
    await same(device, [[2, 3, 16, 16]], (x) =>
      run(
        x,
        [
          [2, 3, 8, 8],
          [2, 3, 16, 16],
        ],
        (k, y, gx) => {
          const places = xp.zeros([2, 3, 8, 8], { dtype: int32, device: x.device });
          k.maxPooling(x, y as NdArray, places, pool);
          k.maxPoolingGrad(y as NdArray, places, gx as NdArray, pool);
        },
      ),
    );
    await same(
      device,
      [[60, 25]],
      (x) =>
        run(x, [[60, 25], [25], [25], [25], [60, 25]], (k, y, mean, variance, invStd, soft) => {
          const [gamma, beta] = [xp.ones([25], { device: x.device }), xp.zeros([25], { device: x.device })];
          k.batchNormalization(
            x,
            gamma,
            beta,
            y as NdArray,
            mean as NdArray,
            variance as NdArray,
            invStd as NdArray,
            [1],
            1e-5,
          );
          k.softmax(x, soft as NdArray, 1, false);
        }),
      1e-4,
    );
  });

  it('are transformed, drawn and decomposed', async () => {
    await same(
      device,
      [[n], [n]],
      (re, im) => {
        const [yr, yi] = [xp.zeros([n], { device: re.device }), xp.zeros([n], { device: re.device })];
        re.device.kernels.fft(re, im, yr, yi, { axis: 0, n, inverse: false, scale: 1 });
        return [yr, yi];
      },
      1e-3,
    );
    await same(device, [[1]], (x) => {
      const y = xp.zeros([n], { dtype: float32, device: x.device });
      x.device.kernels.random('uniform', y, { key0: 1, key1: 2, offset: 0 });
      return y;
    });
    await same(
      device,
      [[40, 40]],
      (x) => {
        const a = xp.matmul(x, x.transpose()).add(xp.eye(40, { device: x.device }));
        return [linalg.inv(a), linalg.cholesky(a), linalg.eigvalsh(a)];
      },
      1e-3,
    );
  });

  it('are refused, with the numbers, where a kernel would need more bindings than there are', () => {
    expect(() => xp.zeros([40_000], { device })).toThrow(
      /take \d+ bindings of 4096 bytes, and this device has \d+/,
    );
  });
});

describe('texts of kernels of large arrays', () => {
  it('reads and writes by functions', () => {
    const text =
      'let a = b0[i + b1[j]]; b0[q] = b1[b0[k]] + 1u; b0[q] -= x * b2[z]; if (b0[i] == a) { b2[0] = 3u; }';
    expect(redirected(text, new Set([0]))).toBe(
      'let a = b0_get(u32(i + b1[j])); b0_set(u32(q), b1[b0_get(u32(k))] + 1u); b0_set(u32(q), b0_get(u32(q)) - (x * b2[z])); if (b0_get(u32(i)) == a) { b2[0] = 3u; }'
        .replace('b0_set(u32(q), b1', 'b0_set(u32(q),  b1')
        .replace('- (x', '- ( x'),
    );
    expect(redirected(text, new Set())).toBe(text);
  });

  it('chooses the part', () => {
    expect(accessors(0, 'u32', 2, 64, false)).toBe(
      'fn b0_get(i: u32) -> u32 {\n  if (i < 64u) { return b0_0[i]; }\n  return b0_1[i - 64u];\n}',
    );
  });
});
