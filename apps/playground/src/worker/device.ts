import { xp } from 'chainer';
import type { DeviceName } from './protocol.ts';

/** Devices beside `js`: a name, and how to make one. */
const makers: Partial<Record<DeviceName, () => Promise<xp.Device>>> = {};

const made = new Map<DeviceName, Promise<xp.Device>>();

/** The device of that name, made once. @throws {Error} that says why there is none. */
export async function deviceOf(name: DeviceName): Promise<xp.Device> {
  if (name === 'js') return xp.js;
  const make = makers[name];
  if (make === undefined)
    throw new Error(`This build of the page has no device '${name}'. Choose JavaScript.`);
  let device = made.get(name);
  if (device === undefined) {
    device = make();
    made.set(name, device);
    // A device that could not be made may be asked for again.
    device.catch(() => made.delete(name));
  }
  return device;
}
