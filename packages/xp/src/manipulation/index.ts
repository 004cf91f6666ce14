export { atleast1d, atleast2d, atleast3d } from './atleast.ts';
export { broadcastArrays, broadcastShapes, broadcastTo } from './broadcast.ts';
export {
  append,
  columnStack,
  concat,
  concatenate,
  dstack,
  hstack,
  type Joined,
  type JoinOptions,
  rowStack,
  stack,
  vstack,
} from './concatenate.ts';
export { copyto } from './copyto.ts';
export { delete_, delete_ as delete, type Removed, trimZeros } from './delete.ts';
export { flip, fliplr, flipud, roll, rot90 } from './flip.ts';
export { type PadMode, type PadOptions, pad } from './pad.ts';
export { ravel } from './ravel.ts';
export { repeat, resize, tile } from './repeat.ts';
export { type Order, reshape } from './reshape.ts';
export { ndim, shape, size } from './shape.ts';
export { arraySplit, dsplit, hsplit, type Sections, split, vsplit } from './split.ts';
export { expandDims, squeeze } from './squeeze.ts';
export { lib } from './stridetricks.ts';
export { matrixTranspose, moveaxis, permuteDims, rollaxis, swapaxes, transpose } from './transpose.ts';
