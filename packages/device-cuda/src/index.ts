import type { Device } from '@chainer/xp';
import { DeviceError } from '@chainer/xp/internal';
import { CudaDevice, type Shared } from './device.ts';
import { Driver, Gpu } from './driver.ts';
import { Handles } from './handles.ts';
import { Libraries } from './libraries.ts';
import { loadNative } from './native.ts';
import { cudaRuntimeInfo } from './runtime-info.ts';

export type { CudaDevice } from './device.ts';
export { CudaGraph, captureGraph } from './graph.ts';
export * as nccl from './nccl.ts';
export * as nvtx from './nvidia/nvtx.ts';
export { profile, timeRange } from './profiler.ts';
export { type Extent, type RawArgument, RawKernel, RawModule, type RawOptions } from './raw.ts';
export { cudaRuntimeInfo } from './runtime-info.ts';
export { Event, Stream } from './streams.ts';

let shared: (Shared & { readonly driver: Driver }) | null = null;
const devices = new Map<number, CudaDevice>();

function start(): Shared & { readonly driver: Driver } {
  if (shared === null) {
    const native = loadNative();
    const libraries = new Libraries(native);
    shared = { libraries, handles: new Handles(native), driver: new Driver(libraries) };
  }
  return shared;
}

/** @throws {DeviceError} with the whole report where something is missing that there is no device without. */
function started(): Shared & { readonly driver: Driver } {
  try {
    const here = start();
    here.libraries.open('nvrtc');
    return here;
  } catch (cause) {
    if (!(cause instanceof DeviceError)) throw cause;
    throw new DeviceError(`${cause.message}\n${cudaRuntimeInfo()}`, { cause });
  }
}

/**
 * The device of a GPU, by its name: `cuda:0`, `cuda:1`, …; `cuda` is the first. `await getDevice('cuda:0')` calls it.
 *
 * @throws {DeviceError} if there is no such GPU, no driver or no NVRTC; the message says what was looked for and the remedy.
 * @example
 * import { createCudaDevice, isCudaAvailable } from '@chainer/device-cuda';
 * import { array } from '@chainer/xp';
 * if (isCudaAvailable()) array([1, 2], { device: createCudaDevice() }).mul(2).toArraySync(); // [2, 4]
 */
export function createCudaDevice(name = 'cuda:0'): Device {
  const index = Number(/^cuda(?::(\d+))?$/.exec(name)?.[1] ?? (name === 'cuda' ? 0 : Number.NaN));
  if (Number.isNaN(index))
    throw new DeviceError(`[createCudaDevice] name must be 'cuda' or 'cuda:' and a number, got '${name}'`);
  let device = devices.get(index);
  if (device === undefined) {
    const here = started();
    device = new CudaDevice(new Gpu(here.driver, index), here);
    devices.set(index, device);
  }
  return device;
}

/** Whether there are a driver and a GPU. */
export function isCudaAvailable(): boolean {
  try {
    return start().driver.deviceCount > 0;
  } catch (error) {
    if (error instanceof DeviceError) return false;
    throw error;
  }
}
