import type { Device } from '@chainer/xp';

const shared = globalThis as { webgpuOfTests?: Promise<Device | null> };

async function made(): Promise<Device | null> {
  try {
    return await (await import('@chainer/device-webgpu')).createWebGpuDevice();
  } catch (error) {
    console.warn(`tests of functions on webgpu: skipped, ${(error as Error).message}`);
    return null;
  }
}

/** The device `webgpu` that the tests of a worker share; null where there is none, which is said once. */
export function device(): Promise<Device | null> {
  shared.webgpuOfTests ??= made();
  return shared.webgpuOfTests;
}
