/// <reference types="@webgpu/types" />
import { DeviceError } from '@chainer/xp/internal';

/** Where to find a processor. */
export interface AdapterOptions {
  /** The processor that saves power or the fast one, where there are two; the fast one unless given. */
  readonly powerPreference?: GPUPowerPreference;
  /** Also take a processor that is emulated by the CPU; true unless given. */
  readonly fallback?: boolean;
}

/** Limits that large arrays and kernels of many operands need: as high as the processor goes. */
const wanted = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
] as const;

/** Dawn for Node. */
interface Dawn {
  create(flags: string[]): GPU;
  readonly globals: object;
}

interface NodeProcess {
  readonly platform: string;
  readonly versions: { readonly node?: string };
  readonly env: Record<string, string | undefined>;
  getBuiltinModule?(name: 'node:fs'): {
    existsSync(path: string): boolean;
    readdirSync(path: string): string[];
  };
}

const dawnPackage = 'webgpu';
/** The processor that Debian's Chromium brings, emulated by the CPU. */
const emulated = '/usr/lib/chromium/vk_swiftshader_icd.json';

const ours = (globalThis as { process?: NodeProcess }).process;

/** Dawn's entries. They must outlive all their devices, which do not keep them. */
const kept: GPU[] = [];

/** Dawn, with GPUBufferUsage and its kin, which browsers have as globals. @throws {DeviceError} if it is not installed. */
async function loadDawn(): Promise<Dawn> {
  let dawn: Dawn;
  try {
    // The name is a variable, so that neither compilers nor bundlers ask for an optional package.
    dawn = await import(/* @vite-ignore */ /* webpackIgnore: true */ dawnPackage);
  } catch (cause) {
    throw new DeviceError("the npm package 'webgpu' (Dawn) is not installed or does not load", { cause });
  }
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (!(name in globalThis))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return dawn;
}

/** An adapter in Node: of a graphics driver, else the one that Chromium brings where that is installed. */
async function nodeAdapter(options: GPURequestAdapterOptions): Promise<GPUAdapter | null> {
  const dawn = await loadDawn();
  const { env, platform } = ours as NodeProcess;
  const emulator =
    platform === 'linux' &&
    env.VK_ICD_FILENAMES === undefined &&
    env.VK_DRIVER_FILES === undefined &&
    ours?.getBuiltinModule?.('node:fs').existsSync(emulated);
  // Dawn writes to stderr when it finds no driver: with the emulator alone there, it is not asked in vain.
  if (emulator && !hasDriver()) env.VK_ICD_FILENAMES = emulated;
  const gpu = dawn.create([]);
  kept.push(gpu);
  return gpu.requestAdapter(options);
}

/** Whether a Vulkan driver is installed. */
function hasDriver(): boolean {
  const fs = ours?.getBuiltinModule?.('node:fs');
  if (fs === undefined) return true;
  return ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'].some(
    (folder) => fs.existsSync(folder) && fs.readdirSync(folder).length > 0,
  );
}

/** A device with the highest limits that its processor has. @throws {DeviceError} if there is no WebGPU or no processor. */
export async function requestGpu(options: AdapterOptions): Promise<GPUDevice> {
  const wish = { powerPreference: options.powerPreference ?? 'high-performance' } as const;
  const own = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (own === undefined && ours?.versions.node === undefined) {
    throw new DeviceError(
      'this page has no navigator.gpu: the browser lacks WebGPU, or the page is not a secure context (https or localhost)',
    );
  }
  const adapter = own === undefined ? await nodeAdapter(wish) : await own.requestAdapter(wish);
  if (adapter === null) {
    throw new DeviceError(
      'WebGPU is here, but it has no adapter: no graphics driver that it can use (in Node on Linux, one of Vulkan) was found',
    );
  }
  if (options.fallback === false && adapter.info.isFallbackAdapter)
    throw new DeviceError(`the only adapter, ${adapter.info.description}, is emulated by the CPU`);
  const requiredLimits = Object.fromEntries(wanted.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = (['subgroups'] as const).filter((name) => adapter.features.has(name));
  return adapter.requestDevice({ requiredLimits, requiredFeatures });
}
