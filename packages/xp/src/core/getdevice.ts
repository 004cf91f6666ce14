import { DeviceError } from '../errors.ts';
import type { Device } from './device.ts';
import { type DeviceFactory, devices, registerDevice } from './devices.ts';

/** A way to make devices of one kind, and what a user does to get one. */
export interface DeviceOffer {
  /** Makes the device; its error says what was looked for. */
  readonly load: DeviceFactory;
  /** What to do where it cannot be made. */
  readonly remedy: string;
}

const offers = new Map<string, DeviceOffer>();

/** Makes a kind of device known: `cpu`, or `cuda` for every `cuda:N`. Node's entry offers `cpu`. */
export function offerDevice(kind: string, offer: DeviceOffer): void {
  offers.set(kind, offer);
}

/** The text of an error and of those that caused it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message.split('\n')[0] as string;
  return error.cause === undefined ? text : `${text} (${reasonOf(error.cause)})`;
}

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
  const known = devices().find((d) => d.name === name);
  if (known) return known;
  const offer = offers.get(name.split(':')[0] as string);
  if (!offer) {
    const names = [...new Set([...devices().map((d) => d.name), ...offers.keys()])].join(', ');
    throw new DeviceError(`[getDevice] there is no device '${name}' here; known: ${names}`);
  }
  let device: Device;
  try {
    device = await offer.load(name);
  } catch (cause) {
    throw new DeviceError(
      `[getDevice] device '${name}' cannot be used: ${reasonOf(cause)}. Remedy: ${offer.remedy}`,
      { cause },
    );
  }
  registerDevice(device);
  return device;
}
