import { computeType, type DType, int32, type Kernels } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { elementType, loaded } from './cuda/types.ts';
import { Dense } from './dense.ts';
import { blocksFor, type Index, indexFor, linesOf, threads, walking } from './grid.ts';
import type { KernelArgument, KernelText } from './kernel.ts';
import { comparison, lineBase } from './lines.ts';

/** Elements that a block sorts in its own memory. */
const tile = 1024;

/** NumPy's order: NaN last; complex numbers by real, then imaginary part, those with a NaN part last. */
export function before(d: DType): string {
  const type = elementType(d);
  const value = (x: string) => loaded(d, x);
  if (d.kind === 'c')
    return `__device__ inline int rank(${type} a) { return (a.re != a.re ? 2 : 0) + (a.im != a.im ? 1 : 0); }
__device__ inline bool before(${type} a, ${type} b) {
  const int i = rank(a), j = rank(b);
  if (i != j) return i < j;
  return a.re < b.re || (!(b.re < a.re) && a.im < b.im);
}`;
  const { nan, less } = comparison(computeType(d));
  return `__device__ inline bool before(${type} first, ${type} second) {
  const auto a = ${value('first')}, b = ${value('second')};
  return ${d.kind === 'f' ? `${less('a', 'b')} || (!${nan('a')} && ${nan('b')})` : less('a', 'b')};
}`;
}

/**
 * Sorts pieces of lines, of at most `p.piece` elements each, a power of two; a block takes as many as fit. Keys with the places that they
 * come from are never equal, so the order is that of a stable sort. Either result may be null.
 */
function tilesText(d: DType, index: Index): KernelText {
  const type = elementType(d);
  return {
    name: 'sort_tiles',
    fields: [
      ...[
        `${index} lines`,
        `${index} length`,
        `${index} inner`,
        'int piece',
        `${index} pieces`,
        `${index} to`,
      ],
      ...[`${type}* x`, `${type}* y`, 'int* places'],
    ],
    block: threads,
    declarations: before(d),
    body: `__shared__ ${type} keys[${tile}];
__shared__ int from[${tile}];
const ${index} all = p.lines * p.pieces;
for (${index} block = blockIdx.x; block * (${tile} / p.piece) < all; block += gridDim.x) {
  for (int e = threadIdx.x; e < ${tile}; e += ${threads}) {
    const ${index} item = block * (${tile} / p.piece) + e / p.piece, line = item / p.pieces;
    const ${index} at = item % p.pieces * p.piece + e % p.piece;
    const bool inside = item < all && at < p.length;
    from[e] = inside ? (int)at : 0x7fffffff;
    if (inside) keys[e] = p.x[${lineBase} + at * p.inner];
  }
  for (int k = 2; k <= p.piece; k *= 2) {
    for (int j = k / 2; j > 0; j /= 2) {
      __syncthreads();
      for (int t = threadIdx.x; t < ${tile / 2}; t += ${threads}) {
        const int a = 2 * t - (t & (j - 1)), b = a + j;
        const bool up = (a & (p.piece - 1) & k) == 0;
        const bool pad = from[a] == 0x7fffffff || from[b] == 0x7fffffff;
        const bool after = pad ? from[a] > from[b] : before(keys[b], keys[a]) || (!before(keys[a], keys[b]) && from[a] > from[b]);
        if (after == up) {
          const ${type} key = keys[a];
          keys[a] = keys[b];
          keys[b] = key;
          const int place = from[a];
          from[a] = from[b];
          from[b] = place;
        }
      }
    }
  }
  __syncthreads();
  for (int e = threadIdx.x; e < ${tile}; e += ${threads}) {
    const ${index} item = block * (${tile} / p.piece) + e / p.piece, line = item / p.pieces;
    const ${index} at = item % p.pieces * p.piece + e % p.piece;
    if (item >= all || at >= p.length) continue;
    const ${index} target = (line / p.to) * p.length * p.to + line % p.to + at * p.to;
    if (p.y != 0) p.y[target] = keys[e];
    if (p.places != 0) p.places[target] = from[e];
  }
  __syncthreads();
}`,
  };
}

/** Merges neighbouring runs: every element finds its place by counting what of the other run stands before it. */
function mergeText(d: DType, index: Index): KernelText {
  const type = elementType(d);
  return walking(
    'sort_merge',
    index,
    [
      ...[`${index} length`, `${index} run`, `${index} to`],
      ...[`${type}* x`, 'int* from', `${type}* y`, 'int* places'],
    ],
    `const ${index} line = id / p.length, i = id % p.length, pair = i / (2 * p.run) * (2 * p.run);
  const ${type}* const keys = p.x + line * p.length;
  const ${type} key = keys[i];
  const bool right = i - pair >= p.run;
  ${index} low = right ? pair : pair + p.run, high = right ? pair + p.run : pair + 2 * p.run;
  low = low < p.length ? low : p.length;
  high = high < p.length ? high : p.length;
  const ${index} start = low;
  while (low < high) {
    const ${index} middle = low + (high - low) / 2;
    // Of equal elements those of the left run come first.
    if (right ? !before(key, keys[middle]) : before(keys[middle], key)) low = middle + 1;
    else high = middle;
  }
  const ${index} at = i - (right ? p.run : 0) + low - start;
  const ${index} target = (line / p.to) * p.length * p.to + line % p.to + at * p.to;
  if (p.y != 0) p.y[target] = key;
  if (p.places != 0) p.places[target] = p.from[id];`,
    before(d),
  );
}

/** Lines to be sorted: `inner` apart are the elements of a line, and of the results. */
export interface Lines {
  readonly dtype: DType;
  readonly lines: number;
  readonly length: number;
  readonly inner: number;
}

/** The least power of two that is not less. */
export function powerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(n, 1)));
}

/** Sorts lines, short ones in one run; results are the elements, the places that they come from, or both. */
export function sortLines(
  ctx: Context,
  { dtype, lines, length, inner }: Lines,
  x: KernelArgument,
  y: KernelArgument | null,
  places: KernelArgument | null,
): void {
  const { kernels, memory } = ctx;
  const index = indexFor(lines * length);
  const piece = Math.min(tile, powerOfTwo(length));
  const pieces = Math.ceil(length / piece);
  const sort = kernels.get(`sort;tiles;${dtype.name};${index}`, () => tilesText(dtype, index));
  const blocks = blocksFor(lines * pieces, tile / piece);
  const head = [lines, length, inner, piece, pieces];
  if (pieces === 1) {
    sort.run([...head, inner, x, y ?? 0, places ?? 0], blocks);
    return;
  }
  const total = lines * length;
  const room = () =>
    [memory.scratch(total * dtype.itemsize), places === null ? null : memory.scratch(total * 4)] as const;
  let [now, next] = [room(), room()];
  sort.run([...head, 1, x, now[0], now[1] ?? 0], blocks);
  const merge = kernels.get(`sort;merge;${dtype.name};${index}`, () => mergeText(dtype, index));
  for (let run = piece; run < length; run *= 2) {
    const last = 2 * run >= length;
    const to = last
      ? [inner, now[0], now[1] ?? 0, y ?? 0, places ?? 0]
      : [1, now[0], now[1] ?? 0, next[0], next[1] ?? 0];
    merge.run([total, length, run, ...to], blocksFor(total));
    [now, next] = [next, now];
  }
  for (const scratch of [...now, ...next]) if (scratch !== null) memory.giveScratchBack(scratch);
}

/** Sorting along any axis. */
export function sortKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'sort' | 'argsort'> {
  return {
    sort(x, output, axis) {
      if (x.size === 0) return;
      const { n, inner, lines } = linesOf(x, axis);
      const dense = new Dense(copy);
      const to = dense.output(output, x.dtype);
      sortLines(ctx, { dtype: x.dtype, lines, length: n, inner }, dense.input(x), to, null);
      dense.finish();
    },
    argsort(x, output, axis) {
      if (x.size === 0) return;
      const { n, inner, lines } = linesOf(x, axis);
      const dense = new Dense(copy);
      const to = dense.output(output, int32);
      sortLines(ctx, { dtype: x.dtype, lines, length: n, inner }, dense.input(x), null, to);
      dense.finish();
    },
  };
}
