import {
  type Device,
  type DType,
  jsKernels,
  type Kernels,
  type NdArray,
  type TypedArray,
} from '@chainer/xp/internal';
import { copyKernels } from './copy.ts';
import { elementwiseKernels } from './elementwise.ts';
import { Translator } from './lower.ts';
import { matmulKernels } from './matmul.ts';
import { CpuMemory } from './memory.ts';
import type { Native } from './native.ts';
import { reduceKernels } from './reduce.ts';
import { softmaxKernels } from './softmax.ts';

const slot = 1;

/** Every kernel family. What comes from `jsKernels` is borrowed: plain TypeScript over the same memory. */
function kernelsOf(native: Native): Kernels {
  const translator = new Translator(native, slot);
  const elementwise = elementwiseKernels(native, translator);
  const copying = copyKernels(native, elementwise.elementwise);
  return {
    ...elementwise,
    ...copying,
    ...reduceKernels(native, translator, slot),
    ...softmaxKernels(native, copying.copy),
    ...matmulKernels(native, copying.copy),
    argreduce: jsKernels.argreduce,
    scan: jsKernels.scan,
    sort: jsKernels.sort,
    argsort: jsKernels.argsort,
    gather: jsKernels.gather,
    scatter: jsKernels.scatter,
    nonzero: jsKernels.nonzero,
    random: jsKernels.random,
    convolution: jsKernels.convolution,
    convolutionData: jsKernels.convolutionData,
    convolutionWeight: jsKernels.convolutionWeight,
    im2col: jsKernels.im2col,
    col2im: jsKernels.col2im,
    maxPooling: jsKernels.maxPooling,
    maxPoolingGrad: jsKernels.maxPoolingGrad,
    maxPoolingPick: jsKernels.maxPoolingPick,
    averagePooling: jsKernels.averagePooling,
    averagePoolingGrad: jsKernels.averagePoolingGrad,
    batchNormalization: jsKernels.batchNormalization,
    batchNormalizationGrad: jsKernels.batchNormalizationGrad,
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
    kernels: kernelsOf(native),
    memory,
    supports: (_: DType) => true,
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
