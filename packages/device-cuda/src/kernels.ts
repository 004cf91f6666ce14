import { composedKernels, type Kernels } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { convolutionKernels } from './convolution.ts';
import { copyKernels } from './copy.ts';
import { elementwiseKernels } from './elementwise.ts';
import { fftKernels } from './fft.ts';
import { indexingKernels } from './indexing.ts';
import { linalgKernels } from './linalg/index.ts';
import { lineKernels } from './lines.ts';
import { matmulKernels } from './matmul.ts';
import { nonzeroKernels } from './nonzero.ts';
import { normalizationKernels } from './normalization.ts';
import { im2colKernels, poolingKernels } from './pooling.ts';
import { randomKernels } from './random.ts';
import { reduceKernels } from './reduce.ts';
import { softmaxKernels } from './softmax.ts';
import { sortKernels } from './sort.ts';

/** Every kernel family, without a library. */
export function cudaKernels(ctx: Context): Kernels {
  const elementwise = elementwiseKernels(ctx);
  const { copy, fill } = copyKernels(elementwise.elementwise);
  const lines = lineKernels(ctx, copy);
  return {
    ...elementwise,
    copy,
    fill,
    ...reduceKernels(ctx),
    ...lines,
    ...fftKernels(ctx, copy),
    ...sortKernels(ctx, copy),
    ...indexingKernels(ctx, copy),
    ...nonzeroKernels(ctx, copy, lines.scan),
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
