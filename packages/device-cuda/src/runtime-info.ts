import { DeviceError } from '@chainer/xp/internal';
import { Driver } from './driver.ts';
import { Libraries, type Library, type LibraryName, specs } from './libraries.ts';
import { addonPath, loadNative } from './native.ts';

/** How the version of an open library is asked for. */
const versions: Readonly<Record<Exclude<LibraryName, 'driver'>, (library: Library) => string>> = {
  nvrtc(library) {
    const { native } = library;
    native.status(library.fn('nvrtcVersion'), native.slot(), native.slot(1));
    return `${native.int()}.${native.int(1)}`;
  },
  cublasLt: (library) => dotted(library.native.value(library.fn('cublasLtGetVersion')), 10000, 100),
  cudnn: (library) => dotted(library.native.value(library.fn('cudnnGetVersion')), 10000, 100),
  cusolver: (library) => threeProperties(library, 'cusolverGetProperty'),
  cufft: (library) => threeProperties(library, 'cufftGetProperty'),
  nccl(library) {
    library.native.status(library.fn('ncclGetVersion'), library.native.slot());
    return dotted(library.native.int(), 10000, 100);
  },
  // It does not tell its version.
  nvtx: (library) => (library.has('nvtxRangePushA') ? 'there' : 'another library'),
};

const dotted = (v: number, major: number, minor: number) =>
  `${Math.floor(v / major)}.${Math.floor((v % major) / minor)}.${v % minor}`;

/** `libraryPropertyType`: major, minor, patch level are 0, 1, 2. */
function threeProperties(library: Library, name: string): string {
  const { native } = library;
  return [0, 1, 2]
    .map((property) => {
      native.status(library.fn(name), property, native.slot());
      return native.int();
    })
    .join('.');
}

/** The driver and its GPUs, or why there are none. */
function driverLines(libraries: Libraries): string[] {
  const { library, tried } = libraries.find('driver');
  if (library === null) return missing('driver', tried);
  let driver: Driver;
  try {
    driver = new Driver(libraries);
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return [`  ${specs.driver.name}: ${library.where()} does not work: ${error.message}`];
  }
  const count = driver.deviceCount;
  const { native } = driver;
  const lines = [`  ${specs.driver.name}: CUDA ${driver.versionText} (${library.where()})`];
  if (count === 0) lines.push('    no GPU is visible to it (CUDA_VISIBLE_DEVICES hides GPUs, too)');
  for (let k = 0; k < count; k++) {
    driver.check('cuDeviceGet', native.slot(), k);
    const device = native.int();
    const name = new Uint8Array(256);
    driver.check('cuDeviceGetName', native.bytes(name), name.length, device);
    lines.push(`    cuda:${k}: ${new TextDecoder().decode(name.subarray(0, name.indexOf(0)))}`);
  }
  return lines;
}

function missing(
  name: LibraryName,
  tried: readonly { readonly path: string; readonly complaint: string }[],
): string[] {
  const spec = specs[name];
  return [
    `  ${spec.name}: missing, so ${spec.cost}`,
    ...(tried.length === 0 ? [`    not looked for: ${spec.variable}=none`] : []),
    ...tried.map(({ path, complaint }) => `    tried ${path}: ${complaint}`),
    `    remedy: ${spec.remedy}, or ${spec.variable}=/path/of/${spec.files[0]}`,
  ];
}

function libraryLines(libraries: Libraries, name: Exclude<LibraryName, 'driver'>): string[] {
  const { library, tried } = libraries.find(name);
  if (library === null) return missing(name, tried);
  try {
    return [`  ${specs[name].name}: ${versions[name](library)} (${library.where()})`];
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return [`  ${specs[name].name}: ${error.message}`];
  }
}

/**
 * What `cuda` finds on this machine: the driver, GPUs and libraries with their versions and files; what is missing, what that costs and
 * how to get it. Libraries are looked for in the file that an environment variable names (`CHAINER_CUDA_DRIVER`, `CHAINER_NVRTC`,
 * `CHAINER_CUBLASLT`, `CHAINER_CUDNN`, `CHAINER_CUSOLVER`, `CHAINER_CUFFT`, `CHAINER_NCCL`, `CHAINER_NVTX`), else where the loader looks, in `CUDA_PATH`, in
 * `/usr/local/cuda*` and in what Python wheels have installed.
 *
 * @example
 * import { cudaRuntimeInfo } from '@chainer/device-cuda';
 * cudaRuntimeInfo().split('\n')[0]; // 'cuda:'
 */
export function cudaRuntimeInfo(): string {
  let libraries: Libraries;
  try {
    libraries = new Libraries(loadNative());
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return `cuda:\n  addon: ${error.message}`;
  }
  return [
    'cuda:',
    `  addon: ${addonPath()}`,
    ...driverLines(libraries),
    ...(Object.keys(versions) as (keyof typeof versions)[]).flatMap((name) => libraryLines(libraries, name)),
  ].join('\n');
}
