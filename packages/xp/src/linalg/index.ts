/** Linear algebra over the last two axes: `linalg.solve(a, b)`, NumPy's `numpy.linalg`. */
import '../install-reading.ts';

export { matrixTranspose } from '../manipulation/transpose.ts';
export { cross, matmul, outer, tensordot, trace } from '../products/index.ts';
export {
  type EighOptions,
  eig,
  eigh,
  eigvals,
  eigvalsh,
  qr,
  type SvdOptions,
  svd,
  svdvals,
} from './decompose.ts';
export {
  cond,
  matrixRank,
  type NormOptions,
  type NormOrder,
  norm,
  type PinvOptions,
  pinv,
  type RankOptions,
} from './norms.ts';
export { type LstsqOptions, lstsq, matrixPower, multiDot } from './powers.ts';
export { cholesky, det, inv, slogdet, solve, tensorinv, tensorsolve } from './solve.ts';
