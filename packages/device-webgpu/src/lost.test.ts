import { array, DeviceError, matmul } from '@chainer/xp';
import { expect, it } from 'vitest';
import { requestGpu } from './adapter.ts';
import { describeWebGpu } from './both.testing.ts';
import { WebGpuDevice } from './device.ts';
import { createWebGpuDevice } from './index.ts';

const made = async () => new WebGpuDevice(await requestGpu({}), 'lost');

/** What is rejected with, or 'nothing' where it is not. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'nothing',
    (error: unknown) => error,
  );

/** A device whose loss is said by the test, as a browser says it when its GPU process dies: all that waits is rejected. */
async function losable(): Promise<{ device: WebGpuDevice; lose: () => void }> {
  const real = await requestGpu({});
  let say: (info: GPUDeviceLostInfo) => void = () => {};
  const lost = new Promise<GPUDeviceLostInfo>((resolve) => {
    say = resolve;
  });
  const device = new Proxy(real, {
    get(target, name) {
      if (name === 'lost') return lost;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return {
    device: new WebGpuDevice(device, 'lost'),
    lose() {
      real.destroy();
      // Browsers resolve `lost` some time after what waited was rejected.
      setTimeout(() => say({ reason: 'unknown', message: 'the process died' } as GPUDeviceLostInfo), 20);
    },
  };
}

describeWebGpu('a device that is lost', () => {
  it('rejects what waits, and refuses what comes later, by destroy()', async () => {
    const device = await made();
    const x = array(
      [
        [1, 2],
        [3, 4],
      ],
      { device },
    );
    const waiting = [x.data(), matmul(x, x).toArray(), device.synchronize()].map(failure);
    device.gpu.device.destroy();
    for (const error of (await Promise.all(waiting)).slice(0, 2)) {
      expect(error).toBeInstanceOf(DeviceError);
      expect((error as Error).message).toMatch(/the device was lost \(destroyed: .*createWebGpuDevice/);
    }
    expect(() => x.add(1)).toThrow('the device was lost');
    expect(() => array([1], { device })).toThrow('the device was lost');
    await expect(x.data()).rejects.toThrow('the device was lost');
    await expect(device.synchronize()).rejects.toThrow('the device was lost');
  });

  it('the same by a loss that is said later', async () => {
    const { device, lose } = await losable();
    const x = array([1, 2], { device });
    const waiting = failure(x.mul(2).data());
    lose();
    const error = await waiting;
    expect(error).toBeInstanceOf(DeviceError);
    expect((error as Error).message).toContain('the device was lost (unknown: the process died)');
    expect(() => x.add(1)).toThrow('the device was lost');
  });

  it('leaves room for a new one', async () => {
    const old = await made();
    const x = array([1, 2], { device: old });
    old.gpu.device.destroy();
    await failure(x.data());
    const device = await createWebGpuDevice({ name: 'fresh' });
    const y = array([3, 4], { device });
    expect(await y.mul(2).toArray()).toEqual([6, 8]);
    expect(() => y.add(x)).toThrow('cannot be mixed');
    x.storage.release();
    old.memory.collect();
  });
});
