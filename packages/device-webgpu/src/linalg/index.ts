import type { Kernels } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import { jacobiKernels } from './jacobi.ts';
import { qrKernels } from './orthogonal.ts';
import { solveKernels } from './solve.ts';

type Families = 'lu' | 'luSolve' | 'triangularSolve' | 'cholesky' | 'qr' | 'svd' | 'eigh';

/** Linear algebra of float32 matrices. */
export function linalgKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, Families> {
  return { ...solveKernels(ctx, copy), ...qrKernels(ctx, copy), ...jacobiKernels(ctx, copy) };
}
