import { deviceReason } from './choosedevice.ts';
import { defaultDevice } from './devices.ts';
import { reportsOfOffers } from './offers.ts';

/** Where the program runs. */
function platform(): string {
  if (typeof process !== 'undefined' && typeof process.versions?.node === 'string')
    return `Node ${process.versions.node} on ${process.platform} ${process.arch}`;
  const { navigator } = globalThis as { navigator?: { readonly userAgent: string } };
  return navigator?.userAgent ?? 'unknown platform';
}

/**
 * What the library has found on this machine, as text: platform, default device and why, and for each kind of device whether it can
 * be used, with what, and what to do where something is missing.
 *
 * @example
 * import { runtimeInfo } from '@chainer/xp';
 * (await runtimeInfo()).includes('\ndefault device: '); // true
 */
export async function runtimeInfo(): Promise<string> {
  const device = defaultDevice().name;
  return [
    `platform: ${platform()}`,
    `default device: ${device}, because ${deviceReason()}`,
    ...(await reportsOfOffers()),
  ].join('\n');
}
