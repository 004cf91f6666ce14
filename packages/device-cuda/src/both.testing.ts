import { js } from '@chainer/xp/internal';
import { describe } from 'vitest';
import { Sides } from '../../xp/src/testing/kernels/sides.testing.ts';
import type { CudaDevice } from './device.ts';
import { emulated, onGpu } from './emulator.testing.ts';
import { createCudaDevice } from './index.ts';

/** Help for tests of what only `cuda` has. */

const device = emulated || onGpu ? (createCudaDevice() as CudaDevice) : null;
if (device === null) console.warn('tests of packages/device-cuda: skipped, its emulator is not built');

/** The device under test, a GPU or the emulator; only there inside of `describeCuda`. */
export const cuda = device as CudaDevice;

/** `describe`, or nothing where there is neither. */
export const describeCuda: typeof describe = device === null ? (describe.skip as typeof describe) : describe;

/** Arrays on both devices, `[js, cuda]`, and their comparison. */
export const { pair, outputs, both, difference, values } = new Sides({ device: device ?? js });
