export { broadcastArrays, broadcastShapes, broadcastTo } from './broadcast.ts';
export { ravel } from './ravel.ts';
export { type Order, reshape } from './reshape.ts';
export { expandDims, squeeze } from './squeeze.ts';
export { matrixTranspose, moveaxis, permuteDims, rollaxis, swapaxes, transpose } from './transpose.ts';
