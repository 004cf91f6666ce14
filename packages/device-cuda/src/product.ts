import type { Context } from './context.ts';
import { blocksFor, type Index, threads, walking } from './grid.ts';
import type { KernelArgument, KernelText } from './kernel.ts';

/**
 * A product of matrices whose elements are found by text: of `A` row by term, of `B` term by column. Everything that looks like a product
 * is computed by the same tiles: matrix products of all dtypes, and convolutions, whose columns are never written.
 */
export interface Product {
  readonly name: string;
  /** The type of sums. */
  readonly type: string;
  readonly index: Index;
  readonly fields: readonly string[];
  /** Statements for product number `z` of the stack. */
  readonly setup: string;
  /** Statements that return the element of `row` and `k`. */
  readonly readA: string;
  /** Statements that return the element of `k` and `col`. */
  readonly readB: string;
  /** Statements that store `value` at `row` and `col`. */
  readonly store: string;
  /** Whether neighbours in memory differ in `k`. */
  readonly alongA: boolean;
  readonly alongB: boolean;
}

/** Rows, columns and terms of each of `z` products. */
export interface Extents {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly z: number;
}

/** Terms of a tile. */
const depth = 16;

const common = (index: Index) => ['int m', 'int cols', `${index} k`, 'int z', 'int splits', `${index} chunk`];

/**
 * The kernel of a product: a block computes a tile of 16 `side` by 16 `side` results, a thread `side` by `side` of them. While it
 * multiplies what shared memory holds, the next terms are on their way into registers. With `partial` it leaves sums of a part of the terms.
 */
function tilesText(of: Product, side: 1 | 4 | 8, partial: boolean): KernelText {
  const { type, index } = of;
  const width = 16 * side;
  const loads = (width * depth) / threads;
  // Which element of a tile a thread fetches: neighbours in memory by neighbouring threads.
  const place = (along: boolean) =>
    along
      ? {
          side: (i: number | string) => `(int)threadIdx.x / ${depth} + ${threads / depth} * ${i}`,
          k: () => `(int)threadIdx.x % ${depth}`,
        }
      : {
          side: () => `(int)threadIdx.x % ${width}`,
          k: (i: number | string) => `(int)threadIdx.x / ${width} + ${threads / width} * ${i}`,
        };
  const [a, b] = [place(of.alongA), place(of.alongB)];
  const member = (thread: string, i: string) =>
    side === 1 ? thread : `${thread} * 4 + ${i} % 4 + 64 * (${i} / 4)`;
  const fetch = `#pragma unroll
    for (int i = 0; i < ${loads}; i++) {
      const int row = row0 + ${a.side('i')};
      const ${index} ka = k0 + ${a.k('i')};
      nextA[i] = row < p.m && ka < end ? readA(row, ka) : (${type})0;
      const int col = col0 + ${b.side('i')};
      const ${index} kb = k0 + ${b.k('i')};
      nextB[i] = col < p.cols && kb < end ? readB(col, kb) : (${type})0;
    }`;
  const multiply =
    type === 'bool' ? 'sum[i][j] = sum[i][j] || (ra[i] && rb[j]);' : 'sum[i][j] += ra[i] * rb[j];';
  return {
    name: of.name,
    fields: [...common(index), ...of.fields, ...(partial ? [`${type}* partial`] : [])],
    block: threads,
    body: `__shared__ __align__(16) ${type} tileA[${depth}][${width + 4}];
__shared__ __align__(16) ${type} tileB[${depth}][${width + 4}];
const int across = (p.cols + ${width - 1}) / ${width};
const int row0 = (int)(blockIdx.x / across) * ${width}, col0 = (int)(blockIdx.x % across) * ${width};
const int tx = (int)threadIdx.x % 16, ty = (int)threadIdx.x / 16;
for (int item = blockIdx.y; item < p.z * p.splits; item += gridDim.y) {
  const int z = item / p.splits;
  const ${index} begin = item % p.splits * p.chunk, end = begin + p.chunk < p.k ? begin + p.chunk : p.k;
  ${of.setup}
  const auto readA = [&](const int row, const ${index} k) -> ${type} { ${of.readA} };
  const auto readB = [&](const int col, const ${index} k) -> ${type} { ${of.readB} };
  ${type} nextA[${loads}], nextB[${loads}], sum[${side}][${side}];
  for (int i = 0; i < ${side}; i++) for (int j = 0; j < ${side}; j++) sum[i][j] = (${type})0;
  {
    const ${index} k0 = begin;
    ${fetch}
  }
  for (${index} k0 = begin; k0 < end;) {
    #pragma unroll
    for (int i = 0; i < ${loads}; i++) {
      tileA[${a.k('i')}][${a.side('i')}] = nextA[i];
      tileB[${b.k('i')}][${b.side('i')}] = nextB[i];
    }
    __syncthreads();
    k0 += ${depth};
    if (k0 < end) {
    ${fetch}
    }
    #pragma unroll
    for (int t = 0; t < ${depth}; t++) {
      ${type} ra[${side}], rb[${side}];
      #pragma unroll
      for (int i = 0; i < ${side}; i++) {
        ra[i] = tileA[t][${member('ty', 'i')}];
        rb[i] = tileB[t][${member('tx', 'i')}];
      }
      #pragma unroll
      for (int i = 0; i < ${side}; i++) {
        #pragma unroll
        for (int j = 0; j < ${side}; j++) ${multiply}
      }
    }
    __syncthreads();
  }
  #pragma unroll
  for (int i = 0; i < ${side}; i++) {
    #pragma unroll
    for (int j = 0; j < ${side}; j++) {
      const int row = row0 + ${member('ty', 'i')}, col = col0 + ${member('tx', 'j')};
      if (row >= p.m || col >= p.cols) continue;
      const ${type} value = sum[i][j];
      ${partial ? `p.partial[((${index})item * p.m + row) * p.cols + col] = value;` : of.store}
    }
  }
}`,
  };
}

/** Adds up what the parts of the terms gave, always in the same order. */
function finishText(of: Product): KernelText {
  const { type, index } = of;
  return walking(
    `${of.name}_finish`,
    index,
    [...common(index), ...of.fields, `const ${type}* partial`],
    `const int col = (int)(id % p.cols), row = (int)(id / p.cols % p.m), z = (int)(id / p.cols / p.m);
  ${of.setup}
  ${type} value = (${type})0;
  for (int s = 0; s < p.splits; s++) {
    const ${type} part = p.partial[(((${index})z * p.splits + s) * p.m + row) * p.cols + col];
    ${type === 'bool' ? 'value = value || part;' : 'value += part;'}
  }
  ${of.store}`,
  );
}

/** Blocks that keep a large GPU busy: where there are fewer, the terms are split. */
const busy = 256;
/** Terms that are worth a block of their own. */
const least = 256;

/** Runs a product. `bytes` is the size of a sum. */
export function runProduct(
  ctx: Context,
  key: string,
  product: () => Product,
  { m, n, k, z }: Extents,
  args: readonly KernelArgument[],
  bytes: number,
): void {
  // Tiles as large as there is work for all multiprocessors.
  const tiles = (side: number) => Math.ceil(m / (16 * side)) * Math.ceil(n / (16 * side));
  const small = Math.min(m, n) <= 16 || tiles(4) * 16 > 4 * Math.ceil((m * n) / 256);
  const side = small ? 1 : bytes <= 4 && m >= 128 && n >= 128 && tiles(8) * z >= busy / 2 ? 8 : 4;
  const blocks = tiles(side);
  const splits =
    blocks * z * 2 <= busy && k >= 2 * least
      ? Math.min(Math.floor(busy / (blocks * z)), Math.ceil(k / least))
      : 1;
  const chunk = Math.ceil(Math.ceil(k / splits) / depth) * depth;
  const parts = k === 0 ? 1 : Math.ceil(k / chunk);
  const head = [m, n, k, z, parts, Math.max(chunk, 1)];
  const height = Math.min(z * parts, 65535);
  if (parts === 1) {
    ctx.kernels
      .get(`${key};${side}`, () => tilesText(product(), side, false))
      .run([...head, ...args], blocks, height);
    return;
  }
  const scratch = ctx.memory.scratch(parts * z * m * n * bytes);
  ctx.kernels
    .get(`${key};${side};partial`, () => tilesText(product(), side, true))
    .run([...head, ...args, scratch], blocks, height);
  ctx.kernels
    .get(`${key};finish`, () => finishText(product()))
    .run([z * m * n, ...head, ...args, scratch], blocksFor(z * m * n));
  ctx.memory.giveScratchBack(scratch);
}
