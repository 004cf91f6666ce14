import { DeviceError } from '../errors.ts';
import { js } from '../js/device.ts';
import type { Device } from './device.ts';

/** How a device package offers itself: a factory by device name. */
export type DeviceFactory = (name: string) => Promise<Device>;

const loaded = new Map<string, Device>([['js', js]]);
let chosen: Device = js;

/** The device on which creation functions put arrays unless told otherwise. */
export function defaultDevice(): Device {
  return chosen;
}

/** Makes a device the default. Returns the one before. */
export function setDefaultDevice(device: Device | string): Device {
  const before = chosen;
  chosen = resolveDevice(device);
  return before;
}

/** Makes a device known under its name, so that `{device: 'cpu'}` finds it. */
export function registerDevice(device: Device): void {
  loaded.set(device.name, device);
}

/** Makes a device unknown again, and returns it; for tests that stand in for devices. */
export function forgetDevice(name: string): Device | undefined {
  const known = loaded.get(name);
  loaded.delete(name);
  return known;
}

/** Devices that are ready for use. */
export function devices(): readonly Device[] {
  return [...loaded.values()];
}

/** The device itself, by object or name. @throws {DeviceError} if none of that name was loaded. */
export function resolveDevice(device: Device | string | null | undefined): Device {
  if (device === null || device === undefined) return chosen;
  if (typeof device !== 'string') return device;
  const found = loaded.get(device);
  if (!found) {
    throw new DeviceError(
      `[device] '${device}' is not loaded (loaded: ${[...loaded.keys()].join(', ')}); call await getDevice('${device}') once before`,
    );
  }
  return found;
}

/** Runs `body` with another default device. */
export function withDevice<T>(device: Device | string, body: () => T): T {
  const before = setDefaultDevice(device);
  try {
    return body();
  } finally {
    chosen = before;
  }
}
