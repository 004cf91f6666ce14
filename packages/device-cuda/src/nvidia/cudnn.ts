import type { NdArray } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import type { Library } from '../libraries.ts';
import { pointer } from '../storage.ts';
import { Bound } from './bound.ts';

/** `cudnnDataType_t`. */
export const cudnnTypes: Readonly<Record<string, number>> = {
  float32: 0,
  float64: 1,
  float16: 2,
  bfloat16: 9,
};

/** A tensor has no more elements. */
export const mostElements = 2 ** 31 - 1;

/** `CUDNN_DETERMINISTIC`. */
export const deterministic = 1;

/** `cudnnMathType_t`: tensor cores (TF32 for float32), and float32 as it is. */
const tensorMath = 1;
const defaultMath = 0;
const exactMath = 3;

/** The `cudnnMathType_t` that a dtype is multiplied by. */
export function mathOf(dtype: string, tf32: boolean): number {
  if (dtype === 'float16' || dtype === 'bfloat16') return tensorMath;
  return dtype === 'float32' && !tf32 ? exactMath : defaultMath;
}

/** The `cudnnDataType_t` in which a dtype is summed. */
export const sumType = (dtype: string): number => (dtype === 'float64' ? 1 : 0);

/** cuDNN has two spatial axes at least: extents `[N, C, …]` with as many ones behind as are missing. */
export const plane = (extents: readonly number[]): readonly number[] =>
  extents.length < 4 ? [...extents, ...new Array<number>(4 - extents.length).fill(1)] : extents;

/** What stands for an axis each, with `more` for the one that is missing. */
export const flat = (values: readonly number[], more: number): Int32Array =>
  Int32Array.from(values.length < 2 ? [...values, more] : values);

/** cuDNN of a device: its handle, which follows the current stream, and descriptors of dense tensors. */
export class Cudnn extends Bound {
  readonly handle: number;
  private readonly tensors = new Map<string, number>();
  private readonly factors = {
    single: [Float32Array.of(0), Float32Array.of(1)],
    double: [Float64Array.of(0), Float64Array.of(1)],
  } as const;
  private followed = 0;

  constructor(ctx: Context) {
    super(ctx, 'cudnn', (status, library: Library) => {
      const text = library.native.addon.text(library.native.value(library.fn('cudnnGetErrorString'), status));
      return `${text} (${status})`;
    });
    this.handle = this.made('cudnnCreate');
  }

  /** Lets what is called next work in the stream that is current. */
  follow(): void {
    this.ctx.device.gpu.use();
    if (this.followed === this.stream) return;
    this.check('cudnnSetStream', this.handle, this.stream);
    this.followed = this.stream;
  }

  /** The descriptor of a dense tensor of those extents. */
  tensor(dtype: string, extents: readonly number[]): number {
    const key = `${dtype};${extents}`;
    let made = this.tensors.get(key);
    if (made === undefined) {
      made = this.made('cudnnCreateTensorDescriptor');
      const steps = extents.map((_, axis) => extents.slice(axis + 1).reduce((p, e) => p * e, 1));
      const lists = [extents, steps].map((list) => Int32Array.from(list));
      this.check(
        'cudnnSetTensorNdDescriptor',
        ...[made, cudnnTypes[dtype]!, extents.length, ...lists.map((list) => this.native.bytes(list))],
      );
      this.tensors.set(key, made);
    }
    return made;
  }

  /** The address of a factor, 0 or 1, in the type that goes with a dtype. */
  factor(dtype: string, value: 0 | 1): number {
    return this.native.bytes(this.factors[dtype === 'float64' ? 'double' : 'single'][value]);
  }

  /** Where an array's elements are, for what is queued next. */
  addressOf(x: NdArray): number {
    const { address, storage } = pointer(x);
    if (storage !== undefined) this.ctx.launcher.uses(storage);
    return address;
  }
}

/** Whether a status says that what was asked for is not supported. */
export const unsupported = (status: number): boolean => status >= 3000 && status < 4000;
