export { arange } from './arange.ts';
export {
  type ArrayLike,
  type ArrayOptions,
  array,
  asarray,
  type CreationOptions,
  type Nested,
} from './array.ts';
export { ascontiguousarray, asfortranarray, astype, copy, type MemoryOrder } from './copy.ts';
export { diag, diagflat, vander } from './diag.ts';
export { asanyarray, asarrayChkfinite, frombuffer, fromiter, fromstring, require } from './from.ts';
export { fromfunction, indices, type MeshgridOptions, meshgrid, mgrid, ogrid } from './grids.ts';
export { type LinspaceOptions, linspace, logspace } from './linspace.ts';
export { eye, identity, type MatrixOptions, tri, tril, triu } from './tri.ts';
export {
  empty,
  emptyLike,
  full,
  fullLike,
  type LikeOptions,
  ones,
  onesLike,
  type ShapedOptions,
  zeros,
  zerosLike,
} from './zeros.ts';
