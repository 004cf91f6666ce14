import type { Kernels } from '@chainer/xp/internal';
import type { Context } from './context.ts';

/** Every kernel family. */
export function cudaKernels(_: Context): Kernels {
  return {} as Kernels;
}
