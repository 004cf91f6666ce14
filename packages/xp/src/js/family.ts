import type { Device, Kernels } from '../core/device.ts';
import { copy } from './copy.ts';
import { elementwise, elementwiseMany } from './elementwise.ts';
import { fill } from './fill.ts';

/** The kernels that every program needs. */
export const common = { copy, fill, elementwise, elementwiseMany };

/** The kernels of `js`: the common ones, and those of the families that this program has. */
export const own: Kernels = /*#__PURE__*/ Object.assign({} as Kernels, common);

const kernelsOf = (device: Device): Kernels => device.kernels;

/**
 * A kernel family: gives `js` its kernels and returns how they are reached on any device. A call that is marked as pure goes, with the
 * kernels, where nobody reaches for them.
 */
export function family<K extends keyof Kernels>(
  kernels: Pick<Kernels, K>,
): (device: Device) => Pick<Kernels, K> {
  Object.assign(own, kernels);
  return kernelsOf;
}

/** All kernels at once. */
export function complete(kernels: Kernels): Kernels {
  return Object.assign(own, kernels);
}
