import type { Device, DType, Kernels, NdArray, TypedArray } from '@chainer/xp/internal';
import { convolutionKernels } from './convolution.ts';
import { copyKernels } from './copy.ts';
import { elementwiseKernels } from './elementwise.ts';
import { fftKernels } from './fft.ts';
import { groupNormalizationKernels } from './group-normalization.ts';
import { im2colKernels } from './im2col.ts';
import { indexingKernels } from './indexing.ts';
import { linalgKernels } from './linalg.ts';
import { lineKernels } from './lines.ts';
import { Translator } from './lower.ts';
import { matmulKernels } from './matmul.ts';
import { CpuMemory } from './memory.ts';
import type { Native } from './native.ts';
import { nonzeroKernels } from './nonzero.ts';
import { normalizationKernels } from './normalization.ts';
import { poolingKernels } from './pooling.ts';
import { randomKernels } from './random.ts';
import { reduceKernels } from './reduce.ts';
import { softmaxKernels } from './softmax.ts';
import { sortKernels } from './sort.ts';

const slot = 1;

/** Every kernel family. What comes from `jsKernels` is borrowed: plain TypeScript over the same memory. */
function kernelsOf(native: Native, memory: CpuMemory): Kernels {
  const { layouts } = memory;
  const translator = new Translator(native, slot);
  const { defer, ...elementwise } = elementwiseKernels(native, translator);
  const copying = copyKernels(native, layouts, elementwise.elementwise);
  const products = matmulKernels(native, copying.copy);
  const columns = im2colKernels(native, copying.copy);
  return {
    ...elementwise,
    ...copying,
    ...reduceKernels(native, translator, slot),
    ...softmaxKernels(native, copying.copy),
    ...products,
    ...fftKernels(native),
    ...linalgKernels(native),
    ...convolutionKernels(native, layouts, { ...elementwise, ...copying, ...products, ...columns }),
    ...poolingKernels(native, layouts, copying.copy),
    ...columns,
    ...lineKernels(native, copying.copy),
    ...sortKernels(native, copying.copy),
    ...nonzeroKernels(native, copying.copy),
    ...indexingKernels(native, copying.copy),
    ...randomKernels(native),
    ...groupNormalizationKernels(native, copying.copy),
    ...normalizationKernels(native, memory, { ...copying, defer }),
  };
}

/** Raw elements of a contiguous array in its storage, not copied. */
function windowOf(x: NdArray): TypedArray {
  const { lanes } = x.dtype;
  return x.storage.view(x.dtype).subarray(x.offset * lanes, (x.offset + x.size) * lanes);
}

/** The device over a loaded addon. */
export function deviceOf(native: Native): Device {
  const memory = new CpuMemory(native);
  const device: Device = {
    name: 'cpu',
    slot,
    synchronous: true,
    kernels: kernelsOf(native, memory),
    memory,
    supports: (_: DType) => true,
    elementBytes: (d: DType) => d.itemsize,
    allocate: (nbytes) => memory.allocate(device, nbytes),
    write(x, data) {
      windowOf(x).set(data as never);
    },
    readSync: (x) => windowOf(x).slice(),
    read: async (x) => windowOf(x).slice(),
    async synchronize() {},
  };
  return device;
}
