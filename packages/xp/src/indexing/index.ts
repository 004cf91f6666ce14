export { choose, select, where } from './choose.ts';
export { type Condition, compress, extract } from './compress.ts';
export { type DiagonalOptions, diagonal } from './diagonal.ts';
export { type Index, type IndexList, Slice, s } from './grammar.ts';
export type { IndexMode, IntegerIndices } from './mode.ts';
export { argwhere, flatnonzero, nonzero } from './nonzero.ts';
export { fillDiagonal, place, put, putmask } from './put.ts';
export { ravelMultiIndex, unravelIndex } from './ravelindex.ts';
export { type Indices, scatterAdd, scatterMax, scatterMin } from './scatter.ts';
export { putAlongAxis, type TakeOptions, take, takeAlongAxis } from './take.ts';
export {
  diagIndices,
  diagIndicesFrom,
  ix_,
  maskIndices,
  type TriangleOptions,
  trilIndices,
  trilIndicesFrom,
  triuIndices,
  triuIndicesFrom,
} from './triangles.ts';
