/** Linear algebra in complex float64, for stacks of dense matrices. */
export { eig } from './eigen.ts';
export { eigh, qr, svd } from './orthogonal.ts';
export { cholesky, lu, luSolve, triangularSolve } from './solve.ts';
