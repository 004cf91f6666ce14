export { type CrossOptions, cross } from './cross.ts';
export { dot } from './dot.ts';
export { type EinsumOptions, einsum } from './einsum.ts';
export { matmul, type ProductOptions } from './matmul.ts';
export { kron, outer, vdot } from './outer.ts';
export { inner, type TensordotAxes, tensordot } from './tensordot.ts';
export { type TraceOptions, trace } from './trace.ts';
