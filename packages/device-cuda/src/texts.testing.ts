import { type Device, type DType, NdArray, type TypedArray } from '@chainer/xp/internal';
import { Context } from './context.ts';
import { cudaKernels } from './kernels.ts';
import { CudaStorage } from './storage.ts';

let nextSlot = 63;

/** A device without a processor: kernels are written, and nothing runs. What it collects are their modules. */
export class Writing implements Device {
  readonly name = 'cuda:0';
  /** A slot of its own, so that what programs keep of other devices is written again. */
  readonly slot = nextSlot++;
  readonly synchronous = true;
  /** Modules by what they are written from; the function's name in front. */
  readonly modules = new Map<string, string>();
  readonly kernels;
  readonly memory = {
    stats: () => ({ live: 0, pooled: 0, peak: 0, collections: 0 }),
    resetPeak() {},
    collect() {},
    scratchOn: () => ({ address: 1 << 20 }),
    giveScratchBack() {},
  };
  readonly stream = {};
  private next = 1 << 20;

  constructor() {
    const buffer = new ArrayBuffer(8192);
    const params = {
      I32: new Int32Array(buffer),
      F32: new Float32Array(buffer),
      F64: new Float64Array(buffer),
      I64: new BigInt64Array(buffer),
    };
    const launcher = {
      native: { params },
      compiler: {
        compile: (text: string, name: string) => {
          this.modules.set(text, name);
          return { address: 0 };
        },
      },
      launch() {},
      uses() {},
    };
    const view = { address: 1 << 20 };
    this.kernels = cudaKernels(new Context(this as never, launcher as never, view));
  }

  supports(_: DType): boolean {
    return true;
  }

  elementBytes(d: DType): number {
    return d.itemsize;
  }

  allocate(nbytes: number): CudaStorage {
    this.next += Math.ceil(nbytes / 256) * 256;
    const allocation = { block: { address: this.next }, release() {} };
    return new CudaStorage(this, nbytes, allocation as never, null as never);
  }

  write(): void {}

  /** Ones: what is counted is there. */
  readSync(x: NdArray): TypedArray {
    return new x.dtype.TypedArray(x.size * x.dtype.lanes).fill(1 as never);
  }

  async read(x: NdArray): Promise<TypedArray> {
    return this.readSync(x);
  }

  async synchronize(): Promise<void> {}

  /** An array; `steps` for a view of a larger one. */
  array(shape: readonly number[], dtype: DType, layout: 'plain' | 'strided' = 'plain'): NdArray {
    const wide = layout === 'plain' ? shape : [...shape.slice(0, -1), 2 * (shape.at(-1) ?? 1) + 1];
    const n = wide.reduce((a, b) => a * b, 1);
    const storage = this.allocate((n + 1) * dtype.itemsize);
    if (layout === 'plain') return new NdArray(storage, dtype, shape);
    const steps: number[] = [];
    let step = 1;
    for (let a = wide.length - 1; a >= 0; a--) {
      steps[a] = step * (a === wide.length - 1 ? 2 : 1);
      step *= wide[a]!;
    }
    return new NdArray(storage, dtype, shape, steps, 1);
  }
}
