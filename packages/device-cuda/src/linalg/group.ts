import { type DType, emptyOn, type NdArray, realType } from '@chainer/xp/internal';
import { elementType } from '../cuda/types.ts';
import type { KernelText } from '../kernel.ts';

/** Threads that work on a matrix together. */
export const lanes = 128;

/** A loop whose turns the threads of a block share. */
export const each = (name: string, from: string, to: string, body: string): string =>
  `for (int ${name} = ${from} + lane; ${name} < ${to}; ${name} += ${lanes}) { ${body} }`;

/** Every thread's value is added up; all get the sum. */
export const added = (value: string): string =>
  `${value} = x_together<${lanes}>(${value}, room, [](R a, R b) -> R { return a + b; });`;

/** The largest of all threads' values. */
export const largest = (value: string): string =>
  `${value} = x_together<${lanes}>(${value}, room, [](R a, R b) -> R { return a > b ? a : b; });`;

/** A kernel that gives a block to each of `count` matrices (or whatever `item` counts); it knows the element's type T and its real type R. */
export function blockText(
  name: string,
  d: DType,
  fields: readonly string[],
  body: string,
  declarations = '',
): KernelText {
  return {
    name,
    fields: ['int count', ...fields],
    declarations: `typedef ${elementType(d)} T;
typedef ${elementType(realType(d))} R;
${declarations}`,
    block: lanes,
    body: `__shared__ R room[32];
const int lane = (int)threadIdx.x;
for (int item = blockIdx.x; item < p.count; item += gridDim.x) {
  ${body}
  __syncthreads();
}`,
  };
}

/** How many matrices stand in a stack. */
export function count(x: NdArray): number {
  return x.size / (x.shape[x.ndim - 1]! * x.shape[x.ndim - 2]!);
}

/** Rows and columns of the matrices of a stack. */
export function extents(x: NdArray): [rows: number, columns: number] {
  return [x.shape[x.ndim - 2]!, x.shape[x.ndim - 1]!];
}

/** Runs a body with arrays that are released after it. */
export function withWork(
  like: NdArray,
  shapes: readonly (readonly [shape: readonly number[], dtype: DType])[],
  body: (...arrays: NdArray[]) => void,
): void {
  const arrays = shapes.map(([shape, dtype]) => emptyOn(like.device, shape, dtype));
  try {
    body(...arrays);
  } finally {
    for (const x of arrays) x.storage.release();
  }
}
