import { xp } from 'chainer';
import type { DeviceName } from './protocol.ts';

/** Devices beside `js`: loaded and made when they are asked for, once. */
const makers: Readonly<Record<Exclude<DeviceName, 'js'>, () => Promise<xp.Device>>> = {
  webgpu: async () => (await import('@chainer/device-webgpu')).createWebGpuDevice(),
};

const made = new Map<DeviceName, Promise<xp.Device>>();

/** The device of that name. @throws {Error} that says why there is none. */
export function deviceOf(name: DeviceName): Promise<xp.Device> {
  if (name === 'js') return Promise.resolve(xp.js);
  let device = made.get(name);
  if (device === undefined) {
    device = makers[name]().then((fresh) => {
      xp.registerDevice(fresh);
      return fresh;
    });
    made.set(name, device);
    // A device that could not be made may be asked for again.
    device.catch(() => made.delete(name));
  }
  return device;
}
