import type { Device } from '@chainer/xp';
import { deviceOf } from './device.ts';
import type { CpuMemory } from './memory.ts';
import { loadNative, type Native } from './native.ts';

let native: Native | null = null;
let device: Device | null = null;

function loaded(): Native {
  native ??= loadNative();
  return native;
}

/**
 * The `cpu` device: oneDNN, OpenBLAS and vectorised loops on all cores. There is one for each thread.
 *
 * @throws {DeviceError} if the native addon is missing or does not load; the message says what was looked for and the remedy.
 * @example
 * import { createCpuDevice } from '@chainer/device-cpu';
 * const cpu = createCpuDevice();
 * cpu.name; // 'cpu'
 */
export function createCpuDevice(): Device {
  device ??= deviceOf(loaded());
  return device;
}

/**
 * Sets how many threads the kernels of this JavaScript thread use from now on; a worker thread has a number of its own.
 *
 * Without it they use `OMP_NUM_THREADS` if that is set, else one for each core that the process may keep busy: its processor affinity and the
 * quota of its container count. Where several processes or workers compute side by side, give each its share.
 *
 * @throws {RangeError} if `n` is not a positive integer.
 * @example
 * import { getNumThreads, setNumThreads } from '@chainer/device-cpu';
 * setNumThreads(1);
 * getNumThreads(); // 1
 */
export function setNumThreads(n: number): void {
  if (!Number.isInteger(n) || n < 1)
    throw new RangeError(`[setNumThreads] n must be a positive integer, got ${n}`);
  loaded().addon.threads(n);
}

/** How many threads the kernels of this JavaScript thread use. */
export function getNumThreads(): number {
  return loaded().addon.threads(0);
}

/**
 * Versions of the libraries beneath, as they were loaded.
 *
 * @example
 * import { libraryVersions } from '@chainer/device-cpu';
 * Object.keys(libraryVersions()); // ['oneDNN', 'OpenBLAS']
 */
export function libraryVersions(): { readonly oneDNN: string; readonly OpenBLAS: string } {
  const { oneDNN, OpenBLAS } = loaded().addon.libraries;
  return { oneDNN, OpenBLAS: /\d+(\.\d+)+/.exec(OpenBLAS)?.[0] ?? OpenBLAS };
}

/**
 * Sets whether convolutions leave arrays in the blocked layouts in which oneDNN computes fastest; the layers after them take these
 * as they are, and everything else sees plain strides. They do unless the environment variable `CHAINER_CPU_LAYOUTS` is `plain`. Numbers
 * are the same up to rounding: this is for measurements and tests.
 *
 * @example
 * import { setOpaqueLayouts } from '@chainer/device-cpu';
 * setOpaqueLayouts(false);
 * setOpaqueLayouts(true);
 */
export function setOpaqueLayouts(on: boolean): void {
  (createCpuDevice().memory as CpuMemory).layouts.enabled = on;
}
