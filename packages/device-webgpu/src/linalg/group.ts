import { emptyOn, float32, type NdArray } from '@chainer/xp/internal';

/** Threads that work on a matrix, or on a pair of its rows, together. */
export const lanes = 32;

/** Multiplications that one dispatch does for one matrix at most: processors give up on kernels that run for seconds. */
const most = 2 ** 27;

/** Memory that the threads of a group share, as wide as they are many. */
export const sharedText = (type: string): string => `var<workgroup> shared_: array<${type}, ${lanes}>;`;

/** Every thread's `value`, a variable, becomes what `combine` makes of all of them. All threads must come by. */
export function together(value: string, combine: (a: string, b: string) => string): string {
  return `workgroupBarrier();
shared_[lane] = ${value};
for (var s = ${lanes / 2}i; s > 0i; s = s / 2i) {
  workgroupBarrier();
  if (lane < s) { shared_[lane] = ${combine('shared_[lane]', 'shared_[lane + s]')}; }
}
${value} = workgroupUniformLoad(&shared_[0]);`;
}

export const plus = (a: string, b: string): string => `${a} + ${b}`;
export const larger = (a: string, b: string): string => `max(${a}, ${b})`;

/** A loop whose turns the threads of a group share. */
export const each = (name: string, from: string, to: string, body: string): string =>
  `for (var ${name} = ${from} + lane; ${name} < ${to}; ${name} += ${lanes}i) { ${body} }`;

/** Columns `[from, to)` for one dispatch after the other, by the work that each takes. */
export function* columnRanges(n: number, work: (column: number) => number): Generator<[number, number]> {
  let from = 0;
  let sum = 0;
  for (let j = 0; j < n; j++) {
    sum += work(j);
    if (sum <= most && j < n - 1) continue;
    yield [from, j + 1];
    from = j + 1;
    sum = 0;
  }
}

/** How many matrices stand in a stack. */
export function count(x: NdArray): number {
  return x.size / (x.shape[x.ndim - 1]! * x.shape[x.ndim - 2]!);
}

/** Rows and columns of the matrices of a stack. */
export function extents(x: NdArray): [rows: number, columns: number] {
  return [x.shape[x.ndim - 2]!, x.shape[x.ndim - 1]!];
}

/** Runs a body with arrays of float32 that are released after it. */
export function withWork<T>(
  like: NdArray,
  shapes: readonly (readonly number[])[],
  body: (...arrays: NdArray[]) => T,
): T {
  const arrays = shapes.map((shape) => emptyOn(like.device, shape, float32));
  try {
    return body(...arrays);
  } finally {
    for (const x of arrays) x.storage.release();
  }
}
