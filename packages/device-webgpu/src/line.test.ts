import { input, lift } from '@chainer/xp';
import { DeviceError, float32, Kernel } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import { requestGpu } from './adapter.ts';
import { describeWebGpu, outputs, pair, values, webgpu } from './both.testing.ts';
import { WebGpuDevice } from './device.ts';
import { GpuKernel } from './kernel.ts';

/** A program that nobody has compiled before. */
const fresh = (() => {
  let next = 0.123456;
  return () => {
    next += 0.5;
    return new Kernel('fresh', [input(0).add(lift(next))]);
  };
})();

describeWebGpu('kernels that are being compiled', () => {
  it('are waited for by the commands that run them, and by what comes after, in order', async () => {
    const [, x] = pair(float32, [3], (i) => i);
    const results = [1, 2].map((k) => {
      const kernel = fresh();
      const y = outputs(float32, [3])[1];
      webgpu.kernels.elementwise(kernel.program([x]), [x], [y], [3]);
      webgpu.gpu.flush();
      expect(webgpu.gpu.waits).toBe(true);
      // Goes to a queue that has not seen the kernel's run yet.
      webgpu.write(x, new Float32Array([10 * k, 20, 30]));
      return y;
    });
    const copy = outputs(float32, [3])[1];
    webgpu.kernels.copy(x, copy);
    const [first, second, last] = await Promise.all([...results, copy].map(values));
    expect(second![0]! - 10).toBeCloseTo(first![0]! + 0.5, 5);
    expect(second![1]! - 20).toBeCloseTo(first![1]! - 1 + 0.5, 5);
    expect(last).toEqual([20, 20, 30]);
    await webgpu.synchronize();
    expect(webgpu.gpu.waits).toBe(false);
  });

  it('are there at once when they are run again', async () => {
    const kernel = fresh();
    const [, x] = pair(float32, [3], (i) => i);
    const y = outputs(float32, [3])[1];
    const run = () => {
      webgpu.kernels.elementwise(kernel.program([x]), [x], [y], [3]);
      webgpu.gpu.flush();
    };
    run();
    await webgpu.synchronize();
    run();
    expect(webgpu.gpu.waits).toBe(false);
  });

  it('reject what waits for them where they cannot be compiled', async () => {
    for (const [text, message] of [
      [{ body: 'nonsense' }, 'the processor refused a command'],
      [
        { declarations: 'var<workgroup> big: array<u32, 60000>;', body: 'big[lane] = 1u;' },
        'a kernel could not be compiled',
      ],
    ] as const) {
      const device = new WebGpuDevice(await requestGpu({}), 'wrong');
      const kernel = { access: '', fields: ['n: i32'], size: 64, ...text };
      // Dawn says at once that a text is wrong, browsers later.
      const failed = (async () => {
        new GpuKernel(device.gpu, kernel).run([], [1], 1);
        await device.synchronize();
      })();
      await expect(failed).rejects.toThrow(DeviceError);
      await expect(failed).rejects.toThrow(message);
      expect(() => device.gpu.begin()).toThrow(message);
    }
  });
});
