import { type Kernels, LinAlgError, type NdArray } from '@chainer/xp/internal';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';

const forms = { none: 0, transpose: 1, adjoint: 2 } as const;

type LinalgKernels = Pick<
  Kernels,
  'lu' | 'luSolve' | 'triangularSolve' | 'cholesky' | 'qr' | 'svd' | 'eigh' | 'eig'
>;

/** How many matrices stand in a stack. */
function countOf(x: NdArray): number {
  return x.size / (x.shape[x.ndim - 1]! * x.shape[x.ndim - 2]!);
}

/** Linear algebra by LAPACK and OpenBLAS, each matrix in its own dtype. */
export function linalgKernels(native: Native): LinalgKernels {
  const { D, run } = native;
  const command = {
    lu: native.command('lu'),
    luSolve: native.command('luSolve'),
    triangularSolve: native.command('triangularSolve'),
    cholesky: native.command('cholesky'),
    qr: native.command('qr'),
    svd: native.command('svd'),
    eigh: native.command('eigh'),
    eig: native.command('eig'),
  };

  /** Writes the element type, the number of matrices and their last extent. */
  function writeSquares(a: NdArray): void {
    D[0] = a.dtype.index;
    D[1] = countOf(a);
    D[2] = a.shape[a.ndim - 1]!;
  }

  return {
    lu(a, pivots) {
      writeSquares(a);
      D[3] = pointer(a);
      D[4] = pointer(pivots);
      run(command.lu);
    },
    luSolve(factors, pivots, b) {
      if (b.size === 0) return;
      writeSquares(factors);
      D[3] = b.shape[b.ndim - 1]!;
      D[4] = pointer(factors);
      D[5] = pointer(pivots);
      D[6] = pointer(b);
      run(command.luSolve);
    },
    triangularSolve(a, b, { lower, unit, op }) {
      if (b.size === 0) return;
      writeSquares(a);
      D[3] = b.shape[b.ndim - 1]!;
      D[4] = pointer(a);
      D[5] = pointer(b);
      D[6] = Number(lower);
      D[7] = Number(unit);
      D[8] = forms[op];
      run(command.triangularSolve);
    },
    cholesky(a, info) {
      writeSquares(a);
      D[3] = pointer(a);
      D[4] = pointer(info);
      run(command.cholesky);
    },
    qr(a, q, r) {
      D[0] = a.dtype.index;
      D[1] = countOf(a);
      D[2] = a.shape[a.ndim - 2]!;
      D[3] = a.shape[a.ndim - 1]!;
      D[4] = q.shape[q.ndim - 1]!;
      D[5] = pointer(a);
      D[6] = pointer(q);
      D[7] = pointer(r);
      run(command.qr);
    },
    svd(a, u, s, vh) {
      D[0] = a.dtype.index;
      D[1] = countOf(a);
      D[2] = a.shape[a.ndim - 2]!;
      D[3] = a.shape[a.ndim - 1]!;
      D[4] = pointer(a);
      D[5] = pointer(s);
      D[6] = Number(u !== null);
      D[7] = u === null ? 0 : pointer(u);
      D[8] = u === null ? 0 : u.shape[u.ndim - 1]!;
      D[9] = vh === null ? 0 : pointer(vh);
      D[10] = vh === null ? 0 : vh.shape[vh.ndim - 2]!;
      run(command.svd);
      if (D[0] !== 0) throw new LinAlgError('[linalg.svd] the singular values of a matrix did not converge');
    },
    eigh(a, w) {
      writeSquares(a);
      D[3] = pointer(a);
      D[4] = pointer(w);
      run(command.eigh);
      if (D[0] !== 0) throw new LinAlgError('[linalg.eigh] the eigenvalues of a matrix did not converge');
    },
    eig(a, w, v, info) {
      writeSquares(a);
      D[3] = pointer(a);
      D[4] = pointer(w);
      D[5] = v === null ? 0 : pointer(v);
      D[6] = pointer(info);
      run(command.eig);
    },
  };
}
