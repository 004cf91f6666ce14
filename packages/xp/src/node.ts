/**
 * The package's entry in Node: everything of `index.ts`, with the best device already loaded and made the default.
 *
 * `CHAINER_DEVICE=js` (or `cpu`) in the environment chooses instead.
 */
import { initDevices } from './core/choosedevice.ts';
import type { Device } from './core/device.ts';
import { offerDevice } from './core/getdevice.ts';
import { DeviceError } from './errors.ts';

export * from './index.ts';

const cpuPackage = '@chainer/device-cpu';

offerDevice('cpu', {
  async load() {
    // The name is a variable, so that neither compilers nor bundlers ask for an optional package.
    const found = (await import(/* @vite-ignore */ /* webpackIgnore: true */ cpuPackage)) as {
      readonly createCpuDevice?: () => Device | Promise<Device>;
    };
    if (!found.createCpuDevice) throw new DeviceError(`${cpuPackage} has no createCpuDevice()`);
    return found.createCpuDevice();
  },
  remedy: `install ${cpuPackage} with its native part (npm run build in this repository, npm install ${cpuPackage} elsewhere), or choose CHAINER_DEVICE=js`,
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

const notice = await initDevices(process.env.CHAINER_DEVICE || null);
if (notice !== null) process.emitWarning(notice, { type: 'ChainerWarning', code: 'CHAINER_SLOW_DEVICE' });
