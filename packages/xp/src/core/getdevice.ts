import { DeviceError } from '../errors.ts';
import type { Device } from './device.ts';
import { devices, knownDevice, registerDevice } from './devices.ts';
import { loadOffered, offeredKinds } from './offers.ts';

/**
 * The device of that name, loaded if need be.
 *
 * @throws {DeviceError} if it cannot be had, saying what was looked for and what to do.
 * @example
 * import { getDevice, zeros } from '@chainer/xp';
 * const device = await getDevice('js');
 * zeros([2], { device }).device.name; // 'js'
 */
export async function getDevice(name: string): Promise<Device> {
  const known = knownDevice(name);
  if (known !== undefined) return known;
  const device = await loadOffered(name);
  if (device === undefined) {
    const names = [...new Set([...devices().map((d) => d.name), ...offeredKinds()])].join(', ');
    throw new DeviceError(`[getDevice] there is no device '${name}' here; known: ${names}`);
  }
  registerDevice(device);
  return device;
}
