/** Tools that parts of the library share, and that users may want. */
export { CooMatrix, type CooMatrixOptions, type ToCooOptions, toCoo } from './coo-matrix.ts';
export { WalkerAlias } from './walker-alias.ts';
