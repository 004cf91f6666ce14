/**
 * What the package's entries do in Node before anything else: offer the devices that there are. The best is the default from its first use on.
 *
 * `CHAINER_DEVICE=js` (or `cpu`) in the environment chooses instead.
 */

import { cpuPackage } from '#cpu-package';
import { initDevices, initDevicesLater } from './core/choosedevice.ts';
import type { Device } from './core/device.ts';
import { offerDevice } from './core/offers.ts';
import { DeviceError } from './errors.ts';

// The package is small; its addon is opened when the device is used. What goes wrong is told then, too.
offerDevice('cpu', {
  open() {
    const { createCpuDevice } = cpuPackage();
    if (!createCpuDevice) throw new DeviceError('@chainer/device-cpu has no createCpuDevice()');
    return createCpuDevice();
  },
  remedy:
    'install @chainer/device-cpu with its native part (npm run build in this repository, npm install @chainer/device-cpu elsewhere), or choose CHAINER_DEVICE=js',
});

const webgpuPackage = '@chainer/device-webgpu';

offerDevice('webgpu', {
  async load() {
    const found = (await import(/* @vite-ignore */ /* webpackIgnore: true */ webgpuPackage)) as {
      readonly createWebGpuDevice?: () => Promise<Device>;
    };
    if (!found.createWebGpuDevice) throw new DeviceError(`${webgpuPackage} has no createWebGpuDevice()`);
    return found.createWebGpuDevice();
  },
  remedy: `install ${webgpuPackage} and the npm package webgpu, and a graphics driver (on Debian, chromium and libvulkan1 bring one that the processor emulates)`,
});

const cudaPackage = '@chainer/device-cuda';

async function cuda() {
  const found = (await import(/* @vite-ignore */ /* webpackIgnore: true */ cudaPackage)) as {
    readonly createCudaDevice?: (name: string) => Device;
    readonly cudaRuntimeInfo?: () => string;
  };
  const { createCudaDevice, cudaRuntimeInfo } = found;
  if (!createCudaDevice || !cudaRuntimeInfo)
    throw new DeviceError(`${cudaPackage} lacks createCudaDevice() or cudaRuntimeInfo()`);
  return { createCudaDevice, cudaRuntimeInfo };
}

offerDevice('cuda', {
  load: async (name) => (await cuda()).createCudaDevice(name),
  report: async () => (await cuda()).cudaRuntimeInfo(),
  remedy: `install ${cudaPackage} and what it says is missing (await printRuntimeInfo() says it at length)`,
});

const wanted = process.env.CHAINER_DEVICE;
if (wanted) await initDevices(wanted);
else
  initDevicesLater((notice) =>
    process.emitWarning(notice, { type: 'ChainerWarning', code: 'CHAINER_SLOW_DEVICE' }),
  );
