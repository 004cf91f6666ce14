/**
 * The package's entry in Node: everything of `index.ts`, with the best device as the default from its first use on.
 *
 * `CHAINER_DEVICE=js` (or `cpu`) in the environment chooses instead.
 */
import { initDevices, initDevicesLater } from './core/choosedevice.ts';
import type { Device } from './core/device.ts';
import { offerDevice } from './core/offers.ts';
import { DeviceError } from './errors.ts';

export * from './index.ts';

const cpuPackage = '@chainer/device-cpu';

// Only its TypeScript is loaded here; the addon is opened when the device is used. What went wrong is told then, too.
// The name is a variable, so that neither compilers nor bundlers ask for an optional package.
const cpu: { createCpuDevice?: () => Device } | { failure: unknown } = await import(
  /* @vite-ignore */ /* webpackIgnore: true */ cpuPackage
).catch((failure: unknown) => ({ failure }));

offerDevice('cpu', {
  open() {
    if ('failure' in cpu) throw cpu.failure;
    if (!cpu.createCpuDevice) throw new DeviceError(`${cpuPackage} has no createCpuDevice()`);
    return cpu.createCpuDevice();
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

const wanted = process.env.CHAINER_DEVICE;
if (wanted) await initDevices(wanted);
else
  initDevicesLater((notice) =>
    process.emitWarning(notice, { type: 'ChainerWarning', code: 'CHAINER_SLOW_DEVICE' }),
  );
