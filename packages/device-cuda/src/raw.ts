import { DeviceError, NdArray, resolveDevice } from '@chainer/xp/internal';
import { CudaDevice } from './device.ts';
import { pointer } from './storage.ts';

/** A number of blocks or threads: along x, or along up to three axes. */
export type Extent = number | readonly [x: number, y?: number, z?: number];

/** What a kernel of a user's is given: an array for a pointer, a number for anything else. */
export type RawArgument = NdArray | number | bigint | boolean;

/** Options of `RawModule` and `RawKernel`. */
export interface RawOptions {
  /** The compiler's: `-DN=4`, `--use_fast_math`, `-I/folder`. */
  readonly options?: readonly string[];
  /** Where it runs if no argument is an array; `cuda:0` unless given. */
  readonly device?: CudaDevice | string;
}

/** Writes an argument into eight bytes. */
type Write = (place: DataView, at: number, value: number | bigint) => void;

const integer: Write = (place, at, value) => place.setBigInt64(at, BigInt.asIntN(64, BigInt(value)), true);
const writers: Readonly<Record<string, Write>> = {
  float: (place, at, value) => place.setFloat32(at, Number(value), true),
  double: (place, at, value) => place.setFloat64(at, Number(value), true),
};
const integers =
  /^(?:bool|size_t|u?int(?:8|16|32|64)_t|(?:signed |unsigned )?(?:char|short|int|long|long long)(?: int)?|unsigned|signed)$/;

/** How each parameter of a kernel is written, from its declaration in the text. */
function parametersOf(code: string, name: string): (Write | 'pointer')[] {
  const plain = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ' ');
  const list = new RegExp(`\\b${name}\\s*\\(([^)]*)\\)\\s*\\{`).exec(plain)?.[1];
  if (list === undefined)
    throw new DeviceError(`[RawKernel] the code defines no kernel '${name}' (void ${name}(…) { … })`);
  if (list.trim() === '' || list.trim() === 'void') return [];
  return list.split(',').map((declaration) => {
    const words = declaration.replace(/__restrict__|__restrict|\bconst\b|\bvolatile\b/g, ' ');
    const type = words
      .replace(/\w+\s*$/, '')
      .replace(/\s+/g, ' ')
      .trim();
    if (type.endsWith('*')) return 'pointer';
    const write = writers[type] ?? (integers.test(type) ? integer : undefined);
    if (write === undefined)
      throw new DeviceError(
        `[RawKernel] parameter '${declaration.trim()}' of ${name} has type '${type}'; pointers, integers, float and double can be given`,
      );
    return write;
  });
}

function extents(what: string, e: Extent): [number, number, number] {
  const [x, y = 1, z = 1] = typeof e === 'number' ? [e] : e;
  for (const n of [x, y, z])
    if (!Number.isInteger(n) || n < 1)
      throw new RangeError(`[RawKernel] ${what} must be positive integers, got ${JSON.stringify(e)}`);
  return [x, y, z];
}

/**
 * CUDA C of a user's, compiled by NVRTC when a kernel of it is first run, and kept on disk. It includes no headers unless
 * `options` names their folder; kernels are `extern "C" __global__ void`.
 *
 * @throws {DeviceError} from its kernels, if it does not compile; the message has the compiler's words and the lines they are about.
 * @example
 * import { array, zeros } from '@chainer/xp';
 * import { isCudaAvailable, RawModule } from '@chainer/device-cuda';
 * const module = new RawModule(`
 *   extern "C" __global__ void twice(const float* x, float* y, int n) {
 *     int i = blockIdx.x * blockDim.x + threadIdx.x;
 *     if (i < n) y[i] = 2 * x[i];
 *   }
 *   extern "C" __global__ void shift(float* x, float by) { x[threadIdx.x] += by; }`);
 * if (isCudaAvailable()) {
 *   const x = array([1, 2, 3], { device: 'cuda:0' });
 *   const y = zeros([3], { device: 'cuda:0' });
 *   module.kernel('twice').run(1, 128, [x, y, 3]);
 *   module.kernel('shift').run(1, 3, [y, 0.5]);
 *   y.toArraySync(); // [2.5, 4.5, 6.5]
 * }
 */
export class RawModule {
  readonly code: string;
  readonly options: readonly string[];
  readonly device: CudaDevice | string;
  private readonly modules = new Map<CudaDevice, number>();

  constructor(code: string, { options = [], device = 'cuda:0' }: RawOptions = {}) {
    this.code = code;
    this.options = options;
    this.device = device;
  }

  /** A kernel of it. @throws {DeviceError} if the code defines none of that name. */
  kernel(name: string): RawKernel {
    return new RawKernel(this, name);
  }

  /** The module on a device. */
  on(device: CudaDevice, name: string): number {
    let module = this.modules.get(device);
    if (module === undefined) {
      module = device.gpu.moduleOf(device.compiler.image(this.code, name, this.options));
      this.modules.set(device, module);
    }
    return module;
  }
}

/** A kernel of a user's CUDA C. */
export class RawKernel {
  readonly name: string;
  private readonly module: RawModule;
  private readonly parameters: readonly (Write | 'pointer')[];
  private readonly functions = new Map<CudaDevice, number>();

  /**
   * @param code - CUDA C, or a module that several kernels share
   * @throws {DeviceError} if the code defines no such kernel, or it has a parameter that cannot be given.
   */
  constructor(code: string | RawModule, name: string, options: RawOptions = {}) {
    this.module = typeof code === 'string' ? new RawModule(code, options) : code;
    this.name = name;
    this.parameters = parametersOf(this.module.code, name);
  }

  /**
   * Queues one run in the device's current stream.
   *
   * @param grid - numbers of blocks
   * @param block - numbers of a block's threads
   * @param args - in the order of the parameters: an array is given by its first element, so views with gaps must be made dense before
   * @param shared - bytes of dynamic shared memory
   */
  run(grid: Extent, block: Extent, args: readonly RawArgument[], shared = 0): void {
    const { name, parameters } = this;
    if (args.length !== parameters.length)
      throw new DeviceError(
        `[RawKernel] ${name} has ${parameters.length} parameters and was given ${args.length} arguments`,
      );
    const blocks = extents('blocks', grid);
    const threads = extents('threads', block);
    args.forEach((value, k) => {
      const parameter = parameters[k]!;
      if ((parameter === 'pointer') !== value instanceof NdArray)
        throw new DeviceError(
          `[RawKernel] argument ${k} of ${name} must be ${parameter === 'pointer' ? 'an array' : 'a number'}, got ${value instanceof NdArray ? 'an array' : value}`,
        );
    });
    const array = args.find((a): a is NdArray => a instanceof NdArray);
    const device = resolveDevice(array?.device ?? this.module.device);
    if (!(device instanceof CudaDevice))
      throw new DeviceError(
        `[RawKernel] ${name} runs on cuda, its arrays are on ${device.name}: move them with x.to('cuda:0')`,
      );
    const { native } = device.compiler;
    const f = this.on(device);
    const { params } = native;
    const view = new DataView(params.U8.buffer, params.U8.byteOffset);
    args.forEach((value, k) => {
      if (value instanceof NdArray) {
        if (value.device !== device)
          throw new DeviceError(
            `[RawKernel] arguments of ${name} are on ${device.name} and on ${value.device.name}`,
          );
        const { address, storage } = pointer(value);
        if (storage !== undefined) device.launcher.uses(storage);
        integer(view, 8 * k, address);
      } else (parameters[k] as Write)(view, 8 * k, typeof value === 'boolean' ? Number(value) : value);
    });
    const list = native.list(args.map((_, k) => params.address + 8 * k));
    device.launcher.queue(name, f, blocks, threads, shared, list);
  }

  private on(device: CudaDevice): number {
    let f = this.functions.get(device);
    if (f === undefined) {
      f = device.gpu.functionOf(this.module.on(device, this.name), this.name);
      this.functions.set(device, f);
    }
    return f;
  }
}
