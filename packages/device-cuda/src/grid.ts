import { type NdArray, sizeOf } from '@chainer/xp/internal';
import type { KernelText } from './kernel.ts';

/** Threads of a block, where nothing else decides. */
export const threads = 256;

/** Blocks of a launch whose threads walk over the elements: enough for every multiprocessor, few enough to cost nothing. */
const mostBlocks = 4096;

/** Blocks for `n` pieces of work, of which a block does `per` at once; its threads come back for more. */
export function blocksFor(n: number, per = threads): number {
  return Math.max(1, Math.min(mostBlocks, Math.ceil(n / per)));
}

/** The type of indices: 32 bits wherever they fit, as 64 cost several times as much. */
export type Index = 'int' | 'long long';

/** Positions that a thread counts to may pass the last one by a step of the whole grid. */
const limit = 2 ** 31 - mostBlocks * 1024 * 8;

/** The type for positions up to `most`. */
export function indexFor(most: number): Index {
  return most < limit ? 'int' : 'long long';
}

/** The farthest that a walk over `shape` gets from its start, in elements. */
export function reach(shape: readonly number[], steps: readonly number[]): number {
  let far = 0;
  for (let a = 0; a < shape.length; a++) far += Math.max(0, shape[a]! - 1) * Math.abs(steps[a]!);
  return far;
}

/** The index type for dense arrays. */
export function indexOf(...arrays: readonly NdArray[]): Index {
  return indexFor(Math.max(0, ...arrays.map((x) => x.size)));
}

/** Statements that take `index` apart into coordinates `name0`, …, within the extents `p.<extent>1`, …. */
export function coordinates(name: string, index: string, extent: string, axes: number, type: Index): string {
  const whole = type === 'int' ? 'unsigned' : 'unsigned long long';
  const lines = axes > 1 ? [`${whole} ${name}r = (${whole})(${index});`] : [];
  for (let a = axes - 1; a > 0; a--)
    lines.push(
      `const ${type} ${name}${a} = (${type})(${name}r % (${whole})p.${extent}${a}); ${name}r /= (${whole})p.${extent}${a};`,
    );
  lines.push(`const ${type} ${name}0 = (${type})${axes > 1 ? `${name}r` : `(${index})`};`);
  return lines.join('\n');
}

/** How lines along an axis lie in a dense array. */
export function linesOf(x: NdArray, axis: number): { n: number; inner: number; lines: number } {
  const n = x.shape[axis]!;
  return { n, inner: sizeOf(x.shape.slice(axis + 1)), lines: n === 0 ? 0 : x.size / n };
}

/** A kernel whose threads walk over `p.n` elements: the body computes the element of number `id`, and may `continue`. */
export function walking(
  name: string,
  index: Index,
  fields: readonly string[],
  body: string,
  declarations = '',
): KernelText {
  return {
    name,
    fields: [`${index} n`, ...fields],
    declarations,
    block: threads,
    body: `for (${index} id = (${index})blockIdx.x * ${threads} + (int)threadIdx.x; id < p.n; id += (${index})gridDim.x * ${threads}) {
${body}
}`,
  };
}
