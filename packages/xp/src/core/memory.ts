import type { Device, MemoryStats } from './device.ts';
import { resolveDevice } from './devices.ts';

/**
 * Memory of a device (the default device unless one is given).
 *
 * @example
 * import { memory, zeros } from '@chainer/xp';
 * const before = memory.stats('js').live;
 * const x = zeros([1000], { device: 'js' });
 * memory.stats('js').live - before; // 4000
 */
export const memory = {
  /** Bytes that are live, pooled, and were live at most; and how often the pool asked for a collection. */
  stats(device?: Device | string | null): MemoryStats {
    return resolveDevice(device).memory.stats();
  },
  /** Makes the present `live` the new `peak`. */
  resetPeak(device?: Device | string | null): void {
    resolveDevice(device).memory.resetPeak();
  },
  /** Collects garbage where the runtime allows it, and gives pooled memory back. */
  collect(device?: Device | string | null): void {
    resolveDevice(device).memory.collect();
  },
};
