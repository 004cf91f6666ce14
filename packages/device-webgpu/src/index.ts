/// <reference types="@webgpu/types" />
import type { Device } from '@chainer/xp/internal';
import { type AdapterOptions, requestGpu } from './adapter.ts';
import { WebGpuDevice } from './device.ts';

export type { AdapterOptions } from './adapter.ts';
export { refused } from './refused.ts';

/** Options of `createWebGpuDevice`. */
export interface WebGpuOptions extends AdapterOptions {
  /** A GPUDevice of your own, to share buffers and time with other work; one is requested unless given. */
  readonly device?: GPUDevice;
  /** The name by which arrays find it; `webgpu` unless given. */
  readonly name?: string;
}

/**
 * A `webgpu` device: WGSL kernels in browsers, and in Node where the npm package `webgpu` is installed. It is not the default device
 * until `setDefaultDevice(device)` says so, and `{device: 'webgpu'}` finds it after `registerDevice(device)`; `getDevice('webgpu')`
 * does both making and registering.
 *
 * It cannot be read at once: `await x.data()`, `await x.toArray()` and `await x.item()` wait for it. Errors of data, such as an index
 * out of bounds, come with the next read. It has no 64-bit types.
 *
 * @throws {DeviceError} if there is no WebGPU or no graphics driver that it can use.
 * @example
 * import { createWebGpuDevice } from '@chainer/device-webgpu';
 * import { array } from '@chainer/xp';
 * const webgpu = await createWebGpuDevice();
 * await array([1, 2, 3], { device: webgpu }).mul(2).toArray(); // [2, 4, 6]
 */
export async function createWebGpuDevice(options: WebGpuOptions = {}): Promise<Device> {
  return new WebGpuDevice(options.device ?? (await requestGpu(options)), options.name ?? 'webgpu');
}
