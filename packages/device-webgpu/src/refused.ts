import { type Kernels, NeedsHostSyncError } from '@chainer/xp/internal';

/** Kernels that are not computed here. */
type Refused = 'nonzero' | 'lu' | 'luSolve' | 'triangularSolve' | 'cholesky' | 'qr' | 'svd' | 'eigh' | 'eig';

const matrices = "move the matrices first: await x.toAsync('js')";

const remedies: Readonly<Record<Refused, string>> = {
  nonzero:
    "the size of the result depends on data; use the mask as it is (where, setWhere), or move the array first: await x.toAsync('js')",
  lu: matrices,
  luSolve: matrices,
  triangularSolve: matrices,
  cholesky: matrices,
  qr: matrices,
  svd: matrices,
  eigh: matrices,
  eig: matrices,
};

/** Kernels that throw an error with the remedy, by name. */
export const refused: readonly Refused[] = Object.keys(remedies) as Refused[];

/**
 * Kernels that need the host: what depends on data, and the factorizations of linear algebra, whose steps follow each other in small
 * pieces that a graphics processor is slow at.
 */
export const refusedKernels: Pick<Kernels, Refused> = Object.fromEntries(
  refused.map((name) => [
    name,
    () => {
      throw new NeedsHostSyncError(`[${name}] is not computed on webgpu; ${remedies[name]}`);
    },
  ]),
) as unknown as Pick<Kernels, Refused>;
