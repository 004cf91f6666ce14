import { xp } from 'chainer';
import type { DeviceName } from './protocol.ts';

/** Devices beside `js`: loaded and made when they are asked for, once. */
const makers: Readonly<Record<Exclude<DeviceName, 'js'>, () => Promise<xp.Device>>> = {
  webgpu: async () => (await import('@chainer/device-webgpu')).createWebGpuDevice(),
};

const made = new Map<DeviceName, Promise<xp.Device>>();

/** The device of that name; another one where it was lost. @throws {Error} that says why there is none. */
export async function deviceOf(name: DeviceName): Promise<xp.Device> {
  if (name === 'js') return xp.js;
  const before = await made.get(name);
  if (before !== undefined && (await alive(before))) return before;
  const fresh = makers[name]().then((device) => {
    xp.registerDevice(device);
    return device;
  });
  made.set(name, fresh);
  // One that could not be made may be asked for again.
  fresh.catch(() => made.delete(name));
  return fresh;
}

async function alive(device: xp.Device): Promise<boolean> {
  return device.synchronize().then(
    () => true,
    () => false,
  );
}
