import { js } from '../js/device.ts';
import type { Device } from './device.ts';
import { chooseAtFirstUse, defaultDevice, resolveDevice, setDefaultDevice } from './devices.ts';
import { getDevice } from './getdevice.ts';
import { reasonOf } from './offers.ts';

let why = "no better device was looked for; call await initDevices() or getDevice('cpu')";

/** Why the default device is what it is: for programs that tell their users. */
export function deviceReason(): string {
  defaultDevice();
  return why;
}

function isChosen(device: Device): null {
  setDefaultDevice(device);
  why = "'cpu' is there, and is the fastest that needs no graphics card";
  return null;
}

function isMissing(error: unknown): string {
  setDefaultDevice(js);
  why = `'cpu' is missing: ${reasonOf(error)}`;
  return `arrays live on the slow device 'js', because ${why}`;
}

/**
 * Chooses the default device: `wanted` if given (it must be there then), else `cpu` if it loads, else `js`.
 *
 * Node's entry of the package does the same at the first use of a device, with `CHAINER_DEVICE` from the environment.
 *
 * @returns what to tell the user where a better device is missing, else null.
 * @throws {DeviceError} if `wanted` is given and cannot be had.
 */
export async function initDevices(wanted: string | null = null): Promise<string | null> {
  if (wanted !== null) {
    setDefaultDevice(await getDevice(wanted));
    why = `'${wanted}' was asked for`;
    return null;
  }
  return getDevice('cpu').then(isChosen, isMissing);
}

/** The same at the first use of a device, for a `cpu` that can be opened at once; `tell` gets what a user should know. */
export function initDevicesLater(tell: (notice: string) => void): void {
  chooseAtFirstUse(() => {
    let cpu: Device;
    try {
      cpu = resolveDevice('cpu');
    } catch (error) {
      tell(isMissing(error));
      return js;
    }
    isChosen(cpu);
    return cpu;
  });
}
