/// <reference types="@webgpu/types" />
import {
  composedKernels,
  type Device,
  type DType,
  DTypeError,
  freeSlot,
  fromBfloat16,
  fromFloat16,
  type Kernels,
  type NdArray,
  type TypedArray,
  toBfloat16,
  toFloat16,
} from '@chainer/xp/internal';
import { Context } from './context.ts';
import { convolutionKernels } from './convolution.ts';
import { copyKernels } from './copy.ts';
import { elementwiseKernels } from './elementwise.ts';
import { fftKernels } from './fft.ts';
import { Gpu, mustWait } from './gpu.ts';
import { indexingKernels } from './indexing.ts';
import { blockOf } from './kernel.ts';
import { linalgKernels } from './linalg/index.ts';
import { lineKernels } from './lines.ts';
import { matmulKernels } from './matmul.ts';
import { GpuMemory } from './memory.ts';
import { normalizationKernels } from './normalization.ts';
import { im2colKernels, poolingKernels } from './pooling.ts';
import { randomKernels } from './random.ts';
import { reduceKernels } from './reduce.ts';
import { refusedKernels, refuseLater } from './refused.ts';

import { softmaxKernels } from './softmax.ts';
import { sortKernels } from './sort.ts';
import { classOf } from './wgsl/types.ts';

function kernelsOf(ctx: Context): Kernels {
  const elementwise = elementwiseKernels(ctx);
  const copying = copyKernels(elementwise.elementwise);
  const { copy } = copying;
  return {
    ...refusedKernels,
    ...elementwise,
    ...copying,
    ...reduceKernels(ctx),
    ...lineKernels(ctx, copy),
    ...fftKernels(ctx, copy),
    ...sortKernels(ctx, copy),
    ...indexingKernels(ctx, copy),
    ...randomKernels(ctx),
    ...matmulKernels(ctx),
    ...linalgKernels(ctx, copy),
    ...convolutionKernels(ctx, copy),
    ...im2colKernels(ctx, copy),
    ...poolingKernels(ctx, copy),
    ...normalizationKernels(ctx, copy),
    ...composedKernels,
    ...softmaxKernels(ctx, copy),
  };
}

/** What stands in for a dtype that the device lacks. */
const instead: Partial<Record<string, string>> = {
  float64: 'float32',
  int64: 'int32',
  uint64: 'uint32',
};

/** The device `webgpu` over a GPUDevice. */
export class WebGpuDevice implements Device {
  readonly name: string;
  readonly slot: number;
  readonly synchronous = false;
  readonly kernels: Kernels;
  readonly memory: GpuMemory;
  /** The processor, and what was recorded for it. */
  readonly gpu: Gpu;
  private readonly context: Context;

  constructor(device: GPUDevice, name: string) {
    this.name = name;
    this.slot = freeSlot();
    this.gpu = new Gpu(device);
    this.memory = new GpuMemory(this.gpu);
    this.context = new Context(this.gpu, this.memory, this.slot);
    this.kernels = kernelsOf(this.context);
  }

  supports(d: DType): boolean {
    return d.kind !== 'c' && d.itemsize <= 4;
  }

  /** A word for every element. @throws {DTypeError} for 64-bit and complex types. */
  elementBytes(d: DType): number {
    if (this.supports(d)) return 4;
    const other = instead[d.name];
    const remedy =
      other === undefined
        ? "compute on 'js': await onHost(…), or x.toAsync('js') before"
        : `use ${other}, or compute on 'js' or 'cpu'`;
    throw new DTypeError(`[${this.name}] there is no ${d.name} on ${this.name}: ${remedy}`);
  }

  allocate(nbytes: number) {
    return this.memory.allocate(this, nbytes);
  }

  write(x: NdArray, data: TypedArray): void {
    this.gpu.write(blockOf(x), x.offset * 4, toWords(x.dtype, data));
  }

  readSync(_: NdArray): TypedArray {
    throw mustWait('readSync', 'await x.data()');
  }

  async read(x: NdArray): Promise<TypedArray> {
    const bytes = await this.gpu.read(blockOf(x), x.offset * 4, x.size * 4);
    return fromWords(x.dtype, bytes, x.size);
  }

  refuseLater(codes: NdArray, key: string, error: (code: number) => Error): void {
    refuseLater(this.context, codes, key, error);
  }

  synchronize(): Promise<void> {
    return this.gpu.synchronize();
  }
}

/** Raw elements as words in the processor's memory. */
function toWords(d: DType, data: TypedArray): Uint32Array | Int32Array | Float32Array {
  const numbers = data as Float32Array;
  if (d.itemsize === 4) return numbers;
  if (d.name === 'float16') return Float32Array.from(numbers, fromFloat16);
  if (d.name === 'bfloat16') return Float32Array.from(numbers, fromBfloat16);
  return Int32Array.from(numbers);
}

/** Words as raw elements. */
function fromWords(d: DType, bytes: ArrayBuffer, n: number): TypedArray {
  if (d.itemsize === 4) return new d.TypedArray(bytes, 0, n);
  const words = classOf(d) === 'f32' ? new Float32Array(bytes, 0, n) : new Int32Array(bytes, 0, n);
  const raw = new d.TypedArray(n) as Uint16Array;
  if (d.name === 'float16') for (let i = 0; i < n; i++) raw[i] = toFloat16(words[i]!);
  else if (d.name === 'bfloat16') for (let i = 0; i < n; i++) raw[i] = toBfloat16(words[i]!);
  else raw.set(words);
  return raw;
}
