import type { CudaDevice } from './device.ts';
import { RangePop, RangePush } from './nvidia/nvtx.ts';

/**
 * Runs `body` in a range of NVTX's, which NVIDIA's profilers show.
 *
 * @example
 * import { timeRange } from '@chainer/device-cuda';
 * timeRange('forward', () => 6 * 7); // 42
 */
export function timeRange<T>(name: string, body: () => T): T {
  RangePush(name);
  try {
    return body();
  } finally {
    RangePop();
  }
}

/**
 * Runs `body` with a profiler on that was told to wait for it (`nsys profile --capture-range=cudaProfilerApi`); what `body` has queued is
 * waited for.
 */
export function profile<T>(device: CudaDevice, body: () => T): T {
  const { driver } = device.gpu;
  device.gpu.use();
  driver.check('cuProfilerStart');
  try {
    const result = body();
    device.synchronizeSync();
    return result;
  } finally {
    device.gpu.use();
    driver.check('cuProfilerStop');
  }
}
