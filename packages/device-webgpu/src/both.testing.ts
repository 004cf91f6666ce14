import { js } from '@chainer/xp/internal';
import { describe } from 'vitest';
import { Sides } from '../../xp/src/testing/kernels/sides.testing.ts';
import { requestGpu } from './adapter.ts';
import { WebGpuDevice } from './device.ts';

/** Help for tests of what only `webgpu` has. */

export { generator, type Pair } from '../../xp/src/testing/kernels/sides.testing.ts';

async function found(): Promise<WebGpuDevice | null> {
  try {
    return new WebGpuDevice(await requestGpu({}), 'webgpu');
  } catch (error) {
    console.warn(`tests of packages/device-webgpu: skipped, ${(error as Error).message}`);
    return null;
  }
}

const device = await found();

/** The device under test; only there inside of `describeWebGpu`. */
export const webgpu = device as WebGpuDevice;

/** `describe`, or nothing where there is no processor. */
export const describeWebGpu: typeof describe =
  device === null ? (describe.skip as typeof describe) : describe;

/** Arrays on both devices, `[js, webgpu]`, and their comparison. */
export const { pair, outputs, both, difference, values } = new Sides({ device: device ?? js });
