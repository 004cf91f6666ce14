import { DeviceError, NdArray } from '@chainer/xp/internal';
import type { Compiled } from './compiler.ts';
import { preludeFor } from './cuda/library.ts';
import type { Launcher } from './launch.ts';
import { type CudaStorageView, storageOf } from './storage.ts';

/** A kernel's text, as every family writes it. */
export interface KernelText {
  /** The function's name. */
  readonly name: string;
  /** C declarations of the parameters, in order: `float* x`, `int n`, `long long s0`, `double k1`; `float* y[24]` takes 24 arguments. */
  readonly fields: readonly string[];
  /** Types and device functions in front; fields may be pointers to these types. */
  readonly declarations?: string;
  /** What a thread does; it sees the parameters as `p`. */
  readonly body: string;
  /** Threads of a block. */
  readonly block: number;
  /** Bytes of dynamic shared memory. */
  readonly shared?: number;
}

/** What a kernel is given for a field: for a pointer an array (its first element is meant), a view or 0; else a number. */
export type KernelArgument = NdArray | CudaStorageView | number | bigint;

/** Bytes of parameters that every driver and processor takes. */
const paramBytes = 4096;

/** The whole module. */
export function moduleOf({ name, fields, declarations = '', body, block }: KernelText): string {
  return `${preludeFor(`${fields.join('\n')}\n${declarations}\n${body}`)}
${declarations}
struct P { ${fields.map((f) => `${f};`).join(' ')} };
extern "C" __global__ void __launch_bounds__(${block}) ${name}(const __grid_constant__ P p) {
${body}
}
`;
}

/** How an argument is written: by its C type. */
type Kind = 'pointer' | 'i32' | 'i64' | 'f32' | 'f64';

const kinds: Readonly<Record<string, Kind>> = {
  int: 'i32',
  unsigned: 'i32',
  'unsigned int': 'i32',
  float: 'f32',
  double: 'f64',
  'long long': 'i64',
  'unsigned long long': 'i64',
};

const sizes: Readonly<Record<Kind, number>> = { pointer: 8, i32: 4, i64: 8, f32: 4, f64: 8 };

/** How an argument is written, and where in the struct: in units of its own size. */
interface Field {
  readonly kind: Kind;
  readonly at: number;
}

/** Where each argument lies, by C's rules of alignment. @throws {DeviceError} for a type that has no rule here. */
export function fieldsOf(declarations: readonly string[]): Field[] {
  let offset = 0;
  const fields: Field[] = [];
  for (const declaration of declarations) {
    const [, type = '', count = '1'] = /^(.*?)\s*\w+\s*(?:\[(\d+)\])?$/.exec(declaration) ?? [];
    const kind = type.endsWith('*') ? 'pointer' : kinds[type];
    if (kind === undefined)
      throw new DeviceError(`[cuda] a kernel's field '${declaration}' has no known type`);
    const size = sizes[kind];
    for (let k = 0; k < Number(count); k++) {
      const at = Math.ceil(offset / size);
      offset = (at + 1) * size;
      fields.push({ kind, at });
    }
  }
  if (offset > paramBytes)
    throw new DeviceError(`[cuda] a kernel takes ${offset} bytes of parameters; ${paramBytes} are allowed`);
  return fields;
}

/** A kernel that is compiled when it is first run. */
export class CudaKernel {
  readonly name: string;
  readonly text: KernelText;
  private readonly launcher: Launcher;
  private readonly fields: readonly Field[];
  private compiled: Compiled | null = null;

  constructor(launcher: Launcher, text: KernelText) {
    this.launcher = launcher;
    this.text = text;
    this.name = text.name;
    this.fields = fieldsOf(text.fields);
  }

  /**
   * Queues one run.
   *
   * @param args in the order of the fields
   * @throws {DeviceError} if it does not compile, or cannot be launched.
   */
  run(args: readonly KernelArgument[], gridX: number, gridY = 1, shared = this.text.shared ?? 0): void {
    if (gridX === 0 || gridY === 0) return;
    const { fields, launcher } = this;
    if (args.length !== fields.length)
      throw new DeviceError(
        `[cuda] kernel ${this.name} has ${fields.length} fields and was given ${args.length} arguments`,
      );
    this.compiled ??= launcher.compiler.compile(moduleOf(this.text), this.name);
    const { I32, F32, F64, I64 } = launcher.native.params;
    for (let k = 0; k < fields.length; k++) {
      const { kind, at } = fields[k]!;
      const value = args[k]!;
      switch (kind) {
        case 'pointer':
          writeInteger(I32, at, typeof value === 'object' ? this.addressOf(value) : Number(value));
          break;
        case 'i32':
          I32[at] = Number(value);
          break;
        case 'f32':
          F32[at] = Number(value);
          break;
        case 'f64':
          F64[at] = Number(value);
          break;
        default:
          if (typeof value === 'bigint') I64[at] = BigInt.asIntN(64, value);
          else writeInteger(I32, at, value as number);
      }
    }
    launcher.launch(this.name, this.compiled, gridX, gridY, this.text.block, shared);
  }

  private addressOf(value: NdArray | CudaStorageView): number {
    if (value instanceof NdArray) {
      const storage = storageOf(value);
      this.launcher.uses(storage);
      return storage.address + value.offset * value.dtype.itemsize;
    }
    if (value.storage !== undefined) this.launcher.uses(value.storage);
    return value.address;
  }
}

/** Writes a safe integer as 64 bits at a place that counts in these. */
function writeInteger(I32: Int32Array, at: number, value: number): void {
  I32[2 * at] = value | 0;
  // `|0` takes an integer modulo 2^32.
  I32[2 * at + 1] = Math.floor(value / 2 ** 32);
}

/** Kernels by key, each written once. */
export class Kernels {
  private readonly launcher: Launcher;
  private readonly known = new Map<string, CudaKernel>();

  constructor(launcher: Launcher) {
    this.launcher = launcher;
  }

  get(key: string, text: () => KernelText): CudaKernel {
    let kernel = this.known.get(key);
    if (kernel === undefined) {
      kernel = new CudaKernel(this.launcher, text());
      this.known.set(key, kernel);
    }
    return kernel;
  }
}
