import { DeviceError } from '../errors.ts';
import type { Device } from './device.ts';

/** How a device package offers itself: a factory by device name. */
export type DeviceFactory = (name: string) => Promise<Device>;

/** A way to make devices of one kind, and what a user does to get one. */
export type DeviceOffer = {
  /** What to do where it cannot be made. */
  readonly remedy: string;
  /** What was found of what it needs, and what is missing; for `runtimeInfo`. Without it, a device is made to see whether one can be. */
  readonly report?: () => Promise<string>;
} & (
  | {
      /** Makes the device; its error says what was looked for. */
      readonly load: DeviceFactory;
    }
  | {
      /** Makes the device at once, so that its first use may open it; its error says what was looked for. */
      readonly open: (name: string) => Device;
    }
);

const offers = new Map<string, DeviceOffer>();

/** Makes a kind of device known: `cpu`, or `cuda` for every `cuda:N`. Node's entry offers `cpu` and `webgpu`. */
export function offerDevice(kind: string, offer: DeviceOffer): void {
  offers.set(kind, offer);
}

/** The kinds that are offered. */
export function offeredKinds(): readonly string[] {
  return [...offers.keys()];
}

/** The text of an error and of those that caused it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message.split('\n')[0] as string;
  return error.cause === undefined ? text : `${text} (${reasonOf(error.cause)})`;
}

function refusal(name: string, offer: DeviceOffer, cause: unknown): DeviceError {
  return new DeviceError(
    `[getDevice] device '${name}' cannot be used: ${reasonOf(cause)}. Remedy: ${offer.remedy}`,
    { cause },
  );
}

const offerOf = (name: string): DeviceOffer | undefined => offers.get(name.split(':')[0] as string);

/** The device of that name, if its kind is offered and can be opened at once. @throws {DeviceError} if that fails. */
export function openOffered(name: string): Device | undefined {
  const offer = offerOf(name);
  if (offer === undefined || !('open' in offer)) return undefined;
  try {
    return offer.open(name);
  } catch (cause) {
    throw refusal(name, offer, cause);
  }
}

/** The device of that name, if its kind is offered. @throws {DeviceError} if it cannot be made. */
export async function loadOffered(name: string): Promise<Device | undefined> {
  const offer = offerOf(name);
  if (offer === undefined || 'open' in offer) return openOffered(name);
  try {
    return await offer.load(name);
  } catch (cause) {
    throw refusal(name, offer, cause);
  }
}

/** What is to be said about each kind that is offered. */
export function reportsOfOffers(): Promise<string[]> {
  return Promise.all(
    [...offers].map(async ([kind, offer]) => {
      try {
        if (offer.report !== undefined) return await offer.report();
        await loadOffered(kind);
        return `${kind}: can be used`;
      } catch (error) {
        return `${kind}: cannot be used: ${reasonOf(error)}\n  remedy: ${offer.remedy}`;
      }
    }),
  );
}
