import type { Kernels } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import { eigenKernels } from './eigen.ts';
import { jacobiKernels } from './jacobi.ts';
import { qrKernels } from './orthogonal.ts';
import { solveKernels } from './solve.ts';

/** Linear algebra without a library: a block for each matrix. */
export function linalgKernels(
  ctx: Context,
  copy: Kernels['copy'],
): Pick<Kernels, 'lu' | 'luSolve' | 'triangularSolve' | 'cholesky' | 'qr' | 'svd' | 'eigh' | 'eig'> {
  return {
    ...solveKernels(ctx, copy),
    ...qrKernels(ctx, copy),
    ...jacobiKernels(ctx, copy),
    ...eigenKernels(ctx, copy),
  };
}
