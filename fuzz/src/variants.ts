import { xp } from 'chainer';
import type { Variant } from './check.ts';

/** Every device but `js`, or the one that is named. @throws {Error} if there is nothing to compare with `js`. */
export async function variantsOf(name: string | null): Promise<readonly Variant[]> {
  const others = name === null ? xp.devices().filter((d) => d !== xp.js) : [await xp.getDevice(name)];
  if (others.length === 0 || others.includes(xp.js))
    throw new Error(`there is no device to compare with js${name === null ? `: ${xp.deviceReason()}` : ''}`);
  return others.map((device) => ({ name: device.name, device, within: (body) => body() }));
}
