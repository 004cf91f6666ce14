import { createRequire } from 'node:module';
import type { CpuPackage } from './cpu-package.ts';

/**
 * The same as `cpu-package.ts` in the bundle for Node, which loads the package when it is needed. Tests cannot: Node by itself would
 * give them what was built.
 */
export function cpuPackage(): CpuPackage {
  return createRequire(import.meta.url)('@chainer/device-cpu') as CpuPackage;
}
