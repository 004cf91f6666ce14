import { setDefaultDevice } from './devices.ts';
import { getDevice, reasonOf } from './getdevice.ts';

let why = "no better device was looked for; call await initDevices() or getDevice('cpu')";

/** Why the default device is what it is: for programs that tell their users. */
export function deviceReason(): string {
  return why;
}

/**
 * Chooses the default device: `wanted` if given (it must be there then), else `cpu` if it loads, else `js`.
 *
 * Node's entry of the package has done this already, with `CHAINER_DEVICE` from the environment.
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
  try {
    setDefaultDevice(await getDevice('cpu'));
    why = "'cpu' is there, and is the fastest that needs no graphics card";
    return null;
  } catch (error) {
    setDefaultDevice('js');
    why = `'cpu' is missing: ${reasonOf(error)}`;
    return `arrays live on the slow device 'js', because ${why}`;
  }
}
