import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { DeviceError } from '@chainer/xp/internal';
import type { CFunction, Native } from './native.ts';

/** A C library that is opened when it is first needed. */
export interface LibrarySpec {
  /** What its makers call it. */
  readonly name: string;
  /** The environment variable that names its file. */
  readonly variable: string;
  /** Files by preference: CUDA 13's before CUDA 12's. */
  readonly files: readonly string[];
  /** Folders below `nvidia/` in which Python wheels keep it. */
  readonly wheels: readonly string[];
  /** What does not work, or works slower, without it: `missing, so …`. */
  readonly cost: string;
  readonly remedy: string;
}

const wheel = (name: string) => `pip install ${name} (CUDA 13) or ${name}-cu12, or the CUDA toolkit`;

/** Every library that the device may open. */
export const specs = {
  driver: {
    name: 'NVIDIA driver',
    variable: 'CHAINER_CUDA_DRIVER',
    files: ['libcuda.so.1'],
    wheels: [],
    cost: 'there is no cuda device',
    remedy:
      'install the driver of your GPU (https://www.nvidia.com/drivers; in containers: docker run --gpus all)',
  },
  nvrtc: {
    name: 'NVRTC',
    variable: 'CHAINER_NVRTC',
    files: ['libnvrtc.so.13', 'libnvrtc.so.12', 'libnvrtc.so'],
    wheels: ['cu13', 'cuda_nvrtc'],
    cost: 'no kernel can be compiled, so there is no cuda device',
    remedy: wheel('nvidia-cuda-nvrtc'),
  },
  cublasLt: {
    name: 'cuBLASLt',
    variable: 'CHAINER_CUBLASLT',
    files: ['libcublasLt.so.13', 'libcublasLt.so.12', 'libcublasLt.so'],
    wheels: ['cu13', 'cublas'],
    cost: 'matrix products run on kernels of our own, several times slower',
    remedy: wheel('nvidia-cublas'),
  },
  cudnn: {
    name: 'cuDNN',
    variable: 'CHAINER_CUDNN',
    files: ['libcudnn.so.9', 'libcudnn.so'],
    wheels: ['cudnn'],
    cost: 'convolutions and recurrent networks run on kernels of our own, several times slower',
    remedy: 'pip install nvidia-cudnn-cu13 or nvidia-cudnn-cu12',
  },
  cusolver: {
    name: 'cuSOLVER',
    variable: 'CHAINER_CUSOLVER',
    files: ['libcusolver.so.12', 'libcusolver.so.11', 'libcusolver.so'],
    wheels: ['cu13', 'cusolver'],
    cost: 'nothing is lost yet: linear algebra runs on kernels of our own',
    remedy: wheel('nvidia-cusolver'),
  },
  cufft: {
    name: 'cuFFT',
    variable: 'CHAINER_CUFFT',
    files: ['libcufft.so.12', 'libcufft.so.11', 'libcufft.so'],
    wheels: ['cu13', 'cufft'],
    cost: 'Fourier transforms run on kernels of our own, a pass over memory for each prime factor',
    remedy: wheel('nvidia-cufft'),
  },
  nccl: {
    name: 'NCCL',
    variable: 'CHAINER_NCCL',
    files: ['libnccl.so.2', 'libnccl.so'],
    wheels: ['nccl'],
    cost: 'several GPUs add their gradients by copies, one after the other; processes do not train together',
    remedy: 'pip install nvidia-nccl-cu13 or nvidia-nccl-cu12',
  },
  nvtx: {
    name: 'NVTX',
    variable: 'CHAINER_NVTX',
    files: ['libnvToolsExt.so.1', 'libnvToolsExt.so'],
    wheels: ['nvtx'],
    cost: "profilers show kernels without the program's own ranges",
    remedy: 'pip install nvidia-nvtx-cu12 (its library serves CUDA 13, too, which has none)',
  },
} as const satisfies Record<string, LibrarySpec>;

export type LibraryName = keyof typeof specs;

/** What the search asks of the system; tests stand in for it. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  exists(path: string): boolean;
  list(folder: string): readonly string[];
}

export const here: Surroundings = {
  env: process.env,
  home: homedir(),
  exists: existsSync,
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
};

/** Folders of Python packages that may hold `nvidia/`. */
function sitePackages({ env, home, list }: Surroundings): string[] {
  const roots = [env.VIRTUAL_ENV, env.CONDA_PREFIX, join(home, '.local'), '/usr/local', '/usr'];
  return roots
    .filter((root) => root !== undefined && root !== '')
    .flatMap((root) => {
      const lib = join(root as string, 'lib');
      const versions = list(lib).filter((name) => /^python3/.test(name));
      return versions.flatMap((v) => ['site-packages', 'dist-packages'].map((name) => join(lib, v, name)));
    });
}

/** Toolkits below /usr/local, the one that `cuda` names first, then the newest. */
function toolkits({ env, list }: Surroundings): string[] {
  const version = (name: string) => Number(/(\d+)\.?(\d*)/.exec(name)?.slice(1).join('.') ?? 0);
  const found = list('/usr/local').filter((name) => /^cuda(-[\d.]+)?$/.test(name));
  const sorted = [...found].sort((a, b) => (a === 'cuda' ? -1 : b === 'cuda' ? 1 : version(b) - version(a)));
  const named = env.CUDA_PATH === undefined || env.CUDA_PATH === '' ? [] : [env.CUDA_PATH];
  return [...named, ...sorted.map((name) => join('/usr/local', name))];
}

/**
 * Where a library is looked for, in order: the file that its environment variable names, and no other (`none`: nowhere); else by name wherever
 * the loader looks, in toolkits, and in what Python wheels have installed.
 */
export function candidates(spec: LibrarySpec, around: Surroundings = here): string[] {
  const asked = around.env[spec.variable];
  if (asked === 'none') return [];
  if (asked !== undefined && asked !== '') return [asked];
  const folders = [
    ...toolkits(around).flatMap((root) => [join(root, 'lib64'), join(root, 'targets/x86_64-linux/lib')]),
    ...sitePackages(around).flatMap((site) => spec.wheels.map((w) => join(site, 'nvidia', w, 'lib'))),
  ];
  const files = folders.flatMap((folder) => spec.files.map((file) => join(folder, file)));
  return [...spec.files, ...files.filter((file) => around.exists(file))];
}

/** An open library. */
export class Library {
  readonly spec: LibrarySpec;
  /** The file as it was asked for. */
  readonly path: string;
  readonly native: Native;
  private readonly handle: number;
  private readonly known = new Map<string, CFunction>();

  constructor(spec: LibrarySpec, path: string, native: Native, handle: number) {
    this.spec = spec;
    this.path = path;
    this.native = native;
    this.handle = handle;
  }

  /** A function of the library. @throws {DeviceError} if it has none of that name. */
  fn(name: string): CFunction {
    let f = this.known.get(name);
    if (f === undefined) {
      f = this.native.addon.symbol(this.handle, name);
      if (f === 0)
        throw new DeviceError(
          `[cuda] ${this.spec.name} (${this.where()}) has no function ${name}: it is too old or another library; ${this.spec.remedy}`,
        );
      this.known.set(name, f);
    }
    return f;
  }

  /** Whether it has a function. */
  has(name: string): boolean {
    return this.native.addon.symbol(this.handle, name) !== 0;
  }

  /** The file that was opened, as far as a function tells. */
  where(): string {
    const [any] = this.known.values();
    return isAbsolute(this.path) || any === undefined ? this.path : this.native.addon.path(any);
  }
}

/** What became of looking for a library. */
export interface Finding {
  readonly library: Library | null;
  /** Every place that was tried, and why it did not do. */
  readonly tried: readonly { readonly path: string; readonly complaint: string }[];
}

/** Opens the first candidate that the loader takes. */
export function findLibrary(native: Native, spec: LibrarySpec, around: Surroundings = here): Finding {
  const tried: { path: string; complaint: string }[] = [];
  for (const path of candidates(spec, around)) {
    const opened = native.addon.open(path);
    if (typeof opened === 'number') return { library: new Library(spec, path, native, opened), tried };
    tried.push({ path, complaint: opened });
  }
  return { library: null, tried };
}

/** Libraries of a thread, each opened when first asked for, and what is known about those that are missing. */
export class Libraries {
  readonly native: Native;
  private readonly around: Surroundings;
  private readonly findings = new Map<LibraryName, Finding>();

  constructor(native: Native, around: Surroundings = here) {
    this.native = native;
    this.around = around;
  }

  find(name: LibraryName): Finding {
    let finding = this.findings.get(name);
    if (finding === undefined) {
      finding = findLibrary(this.native, specs[name], this.around);
      this.findings.set(name, finding);
    }
    return finding;
  }

  /** An open library. @throws {DeviceError} if it is not there; the message says where it was looked for and the remedy. */
  open(name: LibraryName): Library {
    const { library, tried } = this.find(name);
    if (library !== null) return library;
    const spec = specs[name];
    throw new DeviceError(
      `[cuda] ${spec.name} is missing, so ${spec.cost}; looked for ${tried.map((t) => `${t.path} (${t.complaint})`).join(', ')}; remedy: ${spec.remedy}, or name its file by ${spec.variable}`,
    );
  }

  /** The folder of an open library's file. */
  folder(name: LibraryName): string {
    return dirname(this.open(name).where());
  }
}
