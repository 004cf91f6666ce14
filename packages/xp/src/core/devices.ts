import { DeviceError } from '../errors.ts';
import { js } from '../js/device.ts';
import type { Device } from './device.ts';
import { openOffered } from './offers.ts';

const loaded = new Map<string, Device>([['js', js]]);

/** Numbers of devices in the caches of programs: 0 and 1 are `js` and `cpu`; each other device takes the next. */
let slots = 2;

/** A number that no other device has. */
export function freeSlot(): number {
  return slots++;
}

/** Null until a device is used or chosen. */
let chosen: Device | null = null;
let choose: () => Device = () => js;

/** Whoever knows better devices than `js` says how one is chosen, when one is needed next. */
export function chooseAtFirstUse(choice: () => Device): void {
  choose = choice;
  chosen = null;
}

/** The device on which creation functions put arrays unless told otherwise. */
export function defaultDevice(): Device {
  chosen ??= choose();
  return chosen;
}

/**
 * Makes a device the default. Returns the one before: null if none was in use yet.
 *
 * @param device - null leaves the choice to the first use, as it was at the start
 */
export function setDefaultDevice(device: Device | string | null): Device | null {
  const before = chosen;
  chosen = device === null ? null : resolveDevice(device);
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

/** Devices that are ready for use, the default one among them. */
export function devices(): readonly Device[] {
  defaultDevice();
  return [...loaded.values()];
}

/** The device of that name, if it was loaded or can be opened at once. @throws {DeviceError} if opening it fails. */
export function knownDevice(name: string): Device | undefined {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const opened = openOffered(name);
  if (opened !== undefined) registerDevice(opened);
  return opened;
}

/** The device itself, by object or name. @throws {DeviceError} if none of that name was loaded. */
export function resolveDevice(device: Device | string | null | undefined): Device {
  if (device === null || device === undefined) return defaultDevice();
  if (typeof device !== 'string') return device;
  const found = knownDevice(device);
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
