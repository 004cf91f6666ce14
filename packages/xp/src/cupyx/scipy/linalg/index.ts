/** Linear algebra: `cupyx.scipy.linalg.lu(a)`, SciPy's as CuPy has it. */
export { expm } from './expm.ts';
export {
  type LuOptions,
  type LuSolveOptions,
  lu,
  luFactor,
  luSolve,
  type SolveTriangularOptions,
  solveTriangular,
  type Trans,
} from './factors.ts';
export {
  bandwidth,
  blockDiag,
  circulant,
  companion,
  convolutionMatrix,
  dft,
  fiedler,
  fiedlerCompanion,
  hadamard,
  hankel,
  helmert,
  hilbert,
  khatriRao,
  leslie,
  toeplitz,
} from './structured.ts';
