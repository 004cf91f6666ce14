import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { float16, float32, float64 } from '@chainer/xp/internal';
import { cuda } from '../both.testing.ts';
import { CudaDevice } from '../device.ts';
import { Gpu } from '../driver.ts';
import { emulated } from '../emulator.testing.ts';
import { here, Libraries, type LibraryName, specs } from '../libraries.ts';

const { emulatorFolder } = createRequire(import.meta.url)('../../scripts/key.cjs') as {
  emulatorFolder(): string;
};

const files: Partial<Record<LibraryName, string>> = {
  cublasLt: 'libcublaslt.so',
  cudnn: 'libcudnn.so',
  cufft: 'libcufft.so',
  nccl: 'libnccl.so',
  nvtx: 'libnvtx.so',
};

/** What the suite runs of the tests of all devices; `CHAINER_CUDA_KERNELS=all`: everything. */
export const sample =
  process.env.CHAINER_CUDA_KERNELS === 'all' ? {} : { slow: true, dtypes: [float16, float32, float64] };

function skipped(name: LibraryName, why: string): null {
  console.warn(`tests of ${name}: skipped, ${why}`);
  return null;
}

/**
 * A device whose kernels of one family are those of a library: the library itself on a GPU, the emulator's otherwise, which computes small
 * cases on the host and refuses descriptors that the library would refuse. Null where it is missing.
 */
export function deviceWith(name: LibraryName, index = 0): CudaDevice | null {
  if (cuda === null) return null;
  const file = files[name];
  const env: Record<string, string | undefined> = { ...process.env };
  if (emulated && file !== undefined) {
    const path = join(emulatorFolder(), file);
    if (!existsSync(path)) return skipped(name, `${file} is not built`);
    env[specs[name].variable] = path;
  }
  const { driver } = cuda.gpu;
  const libraries = new Libraries(driver.native, { ...here, env });
  if (libraries.find(name).library === null) return skipped(name, 'it was not found');
  if (index >= driver.deviceCount) return skipped(name, `there is no cuda:${index}`);
  return new CudaDevice(index === 0 ? cuda.gpu : new Gpu(driver, index), {
    libraries,
    handles: cuda.memory.handles,
  });
}
