// Tests use the methods of arrays, which sources of functions do without.
import '@chainer/xp';
import { expect } from 'vitest';

/**
 * The functions of `chainer` are tested on the device `webgpu`, too, where there is one. Other tests iterate over all devices that
 * are ready and read them at once: there it is taken away again.
 */
const path = expect.getState().testPath ?? '';

if (/packages\/chainer\/src\/functions\//.test(path.replaceAll('\\', '/'))) {
  const { device } = await import('./webgpu.testing.ts');
  const { registerDevice } = await import('@chainer/xp');
  const found = await device();
  if (found !== null) registerDevice(found);
} else if ((globalThis as { webgpuOfTests?: unknown }).webgpuOfTests !== undefined) {
  const { forgetDevice } = await import('@chainer/xp/internal');
  forgetDevice('webgpu');
}
