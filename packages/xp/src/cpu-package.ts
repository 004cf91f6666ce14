import type { Device } from './core/device.ts';

/** What the package of the `cpu` device exports. */
export interface CpuPackage {
  readonly createCpuDevice?: () => Device;
}

const name = '@chainer/device-cpu';

// The name is a variable, so that neither compilers nor bundlers ask for an optional package. What goes wrong is told when it is needed.
const found: CpuPackage | { failure: unknown } = await import(
  /* @vite-ignore */ /* webpackIgnore: true */ name
).catch((failure: unknown) => ({ failure }));

/** The package of the `cpu` device; its addon is not loaded yet. @throws {Error} if it cannot be found. */
export function cpuPackage(): CpuPackage {
  if ('failure' in found) throw found.failure;
  return found;
}
