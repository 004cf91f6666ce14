import { xp } from 'chainer';
import type { Variant } from './check.ts';

/**
 * Every device but `js`, or the one that is named; `cpu` both with blocked layouts that pass from layer to layer and without.
 *
 * @throws {Error} if there is nothing to compare with `js`.
 */
export async function variantsOf(name: string | null): Promise<readonly Variant[]> {
  const others = name === null ? xp.devices().filter((d) => d !== xp.js) : [await xp.getDevice(name)];
  if (others.length === 0 || others.includes(xp.js))
    throw new Error(`there is no device to compare with js${name === null ? `: ${xp.deviceReason()}` : ''}`);
  const variants = others.map((device) =>
    device.name === 'cpu' ? layoutsOf(device) : [{ name: device.name, device, within: at }],
  );
  return (await Promise.all(variants)).flat();
}

const at = <T>(body: () => T): T => body();

async function layoutsOf(device: xp.Device): Promise<Variant[]> {
  const { setOpaqueLayouts } = await import('@chainer/device-cpu');
  const plain = <T>(body: () => T): T => {
    setOpaqueLayouts(false);
    try {
      return body();
    } finally {
      setOpaqueLayouts(true);
    }
  };
  return [
    { name: 'cpu', device, within: at },
    { name: 'cpu with plain layouts', device, within: plain },
  ];
}
