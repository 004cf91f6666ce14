import type { Context } from './context.ts';
import type { Block } from './gpu.ts';
import type { KernelText } from './kernel.ts';
import { type Class, fromWord, toWord } from './wgsl/types.ts';

/**
 * A product of two matrices that need not exist: whoever computes one says how four neighbouring elements are read and where an
 * element goes. Matrix products and convolutions are products of this kind.
 *
 * `declarations` has these functions, for matrices of `p.m` rows, `p.n` columns and `p.k` terms:
 * `setup(z: i32)` chooses the z-th product; `initA(row: i32)` and `initB(col: i32)` fix the rows and columns that this thread
 * reads from then on; `loadA(k: i32, i: i32) -> vec4<T>` reads rows `row + i … row + i + 3` of column k, `loadB(k: i32) -> vec4<T>`
 * columns `col … col + 3` of row k, 0 outside; `store(row: i32, col: i32, value: T)`.
 */
export interface Product {
  readonly type: Class;
  readonly access: string;
  readonly fields: readonly string[];
  readonly declarations: string;
  /** Whether neighbours in memory lie along k. */
  readonly alongA: boolean;
  readonly alongB: boolean;
}

/** The part of a product that a workgroup computes: `rows × cols`, a block of 4 × 4 for each thread, `depth` terms at a time. */
interface Tile {
  readonly rows: number;
  readonly cols: number;
  readonly depth: number;
}

const tiles = {
  large: { rows: 64, cols: 64, depth: 16 },
  small: { rows: 32, cols: 32, depth: 8 },
  flat: { rows: 4, cols: 256, depth: 8 },
  tall: { rows: 256, cols: 4, depth: 8 },
} as const;

/** Extents of a product: rows, columns, terms, and how many products there are. */
export interface Extents {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly z: number;
}

const heads = ['m: i32', 'n: i32', 'k: i32', 'z: i32', 'tr: i32', 'tc: i32', 'splits: i32', 'chunk: i32'];

/** Statements that bring one operand's part of the tile into the workgroup's memory. */
function fetch(name: 'A' | 'B', extent: number, threads: number, depth: number, along: boolean): string {
  const quads = extent / 4;
  const more = name === 'A' ? ', 0i' : '';
  if (along && quads * depth === threads)
    return `shared${name}[(lane % ${depth}i) * ${quads}i + lane / ${depth}i] = load${name}(k0 + lane % ${depth}i${more});`;
  return `for (var at = lane; at < ${quads * depth}i; at += ${threads}i) {
    shared${name}[at] = load${name}(k0 + at / ${quads}i${more});
  }`;
}

/** Which four rows or columns a thread reads. */
function firstOf(extent: number, threads: number, depth: number, along: boolean): string {
  const quads = extent / 4;
  return along && quads * depth === threads ? `(lane / ${depth}i) * 4i` : `(lane % ${quads}i) * 4i`;
}

/** Statements that store `4 * quads` rows of four results each, `acc0`, `acc1`, …; or leave them as a part. */
function leave({ type, access }: Product, quads: number, split: boolean): string {
  const rows = Array.from({ length: 4 * quads }, (_, i) => `acc${i}`);
  const part = toWord(type, 'results[i][j]');
  return `
var results = array<vec4<${type}>, ${rows.length}>(${rows.join(', ')});
for (var i = 0i; i < ${rows.length}i; i++) {
  for (var j = 0i; j < 4i; j++) {
    if (row + i < p.m && col + j < p.n) {
      ${split ? `b${access.length}[(item * p.m + row + i) * p.n + col + j] = ${part};` : 'store(row + i, col + j, results[i][j]);'}
    }
  }
}`;
}

const accumulators = (quads: number, type: Class) =>
  Array.from({ length: 4 * quads }, (_, i) => `var acc${i} = vec4<${type}>();`).join(' ');

/** The range of terms of one part. */
const terms = `
let first = (item % p.splits) * p.chunk;
let last = min(p.k, first + p.chunk);`;

/** A workgroup brings its part of both operands into its own memory, and each thread computes a block of 4 × 4. */
function tileText(product: Product, { rows, cols, depth }: Tile, split: boolean): KernelText {
  const { type, access, fields, declarations, alongA, alongB } = product;
  const across = cols / 4;
  const threads = (rows / 4) * across;
  return {
    access: split ? `${access}w` : access,
    fields: [...heads, ...fields],
    size: threads,
    declarations: `${declarations}
var<workgroup> sharedA: array<vec4<${type}>, ${(rows / 4) * depth}>;
var<workgroup> sharedB: array<vec4<${type}>, ${across * depth}>;`,
    body: `
let tile = group % (p.tr * p.tc);
let item = group / (p.tr * p.tc);
if (item >= p.z * p.splits) { return; }
setup(item / p.splits);
let row0 = (tile / p.tc) * ${rows}i;
let col0 = (tile % p.tc) * ${cols}i;
initA(row0 + ${firstOf(rows, threads, depth, alongA)});
initB(col0 + ${firstOf(cols, threads, depth, alongB)});
let ty = lane / ${across}i;
let tx = lane % ${across}i;
${accumulators(1, type)}
${terms}
for (var k0 = first; k0 < last; k0 += ${depth}i) {
  ${fetch('A', rows, threads, depth, alongA)}
  ${fetch('B', cols, threads, depth, alongB)}
  workgroupBarrier();
  for (var k = 0i; k < ${depth}i; k++) {
    let a = sharedA[k * ${rows / 4}i + ty];
    let b = sharedB[k * ${across}i + tx];
    acc0 += a.x * b; acc1 += a.y * b; acc2 += a.z * b; acc3 += a.w * b;
  }
  workgroupBarrier();
}
let row = row0 + ty * 4i;
let col = col0 + tx * 4i;
${leave(product, 1, split)}`,
  };
}

/** Each thread reads what its own `4 * quads` rows of four columns need: for processors whose workgroups share no faster memory. */
function directText(product: Product, quads: number, split: boolean): KernelText {
  const { type, access, fields, declarations } = product;
  const steps = Array.from(
    { length: quads },
    (_, q) => `let a${q} = loadA(k, ${4 * q}i);
    ${['x', 'y', 'z', 'w'].map((c, i) => `acc${4 * q + i} += a${q}.${c} * b;`).join(' ')}`,
  );
  return {
    access: split ? `${access}w` : access,
    fields: [...heads, ...fields],
    size: 64,
    declarations,
    body: `
let tile = id % (p.tr * p.tc);
let item = id / (p.tr * p.tc);
if (item >= p.z * p.splits) { return; }
setup(item / p.splits);
let row = (tile / p.tc) * ${4 * quads}i;
let col = (tile % p.tc) * 4i;
initA(row);
initB(col);
${accumulators(quads, type)}
${terms}
for (var k = first; k < last; k++) {
  let b = loadB(k);
  ${steps.join('\n  ')}
}
${leave(product, quads, split)}`,
  };
}

/** Adds up the parts of products whose terms were split, in order. */
function joinText({ type, access, fields, declarations }: Product): KernelText {
  return {
    access: `${access}r`,
    fields: [...heads, ...fields],
    size: 64,
    declarations,
    body: `
if (id >= p.z * p.m * p.n) { return; }
let item = id / (p.m * p.n);
let at = id % (p.m * p.n);
setup(item);
var sum = ${type}();
for (var s = 0i; s < p.splits; s++) {
  sum += ${fromWord(type, `b${access.length}[(item * p.splits + s) * p.m * p.n + at]`)};
}
store(at / p.n, at % p.n, sum);`,
  };
}

/** The tile that wastes least of a product. */
function tileFor({ m, n, z }: Extents): keyof typeof tiles {
  if (m <= 8 && n > 32) return 'flat';
  if (n <= 8 && m > 32) return 'tall';
  if (m <= 32 || n <= 32) return 'small';
  // Few large tiles would leave most of the processor idle.
  return Math.ceil(m / 64) * Math.ceil(n / 64) * z >= 16 ? 'large' : 'small';
}

/** How a product is cut: extents of a work item's block, items in a workgroup, and its text. */
interface Plan {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly depth: number;
  /** Whether an item is a workgroup, or a thread. */
  readonly grouped: boolean;
  readonly text: (product: Product, split: boolean) => KernelText;
}

function planFor(extents: Extents, emulated: boolean): Plan {
  if (emulated) {
    const quads = extents.m > 8 ? 4 : extents.m > 4 ? 2 : 1;
    return {
      name: `direct${quads}`,
      rows: 4 * quads,
      cols: 4,
      depth: 1,
      grouped: false,
      text: (product, split) => directText(product, quads, split),
    };
  }
  const name = tileFor(extents);
  const tile = tiles[name];
  return { name, ...tile, grouped: true, text: (product, split) => tileText(product, tile, split) };
}

/**
 * Records a product. Where there is little work for many workgroups and there are many terms, the terms are split and their sums
 * added after.
 *
 * @param key what distinguishes the product's text from others.
 * @param params of the product's own fields.
 */
export function runProduct(
  ctx: Context,
  key: string,
  text: () => Product,
  extents: Extents,
  blocks: readonly Block[],
  params: readonly number[],
): void {
  const { m, n, k, z } = extents;
  const plan = planFor(extents, ctx.gpu.emulated);
  const tr = Math.ceil(m / plan.rows);
  const tc = Math.ceil(n / plan.cols);
  const items = tr * tc * z;
  const wanted = Math.min(Math.floor((plan.grouped ? 64 : 512) / items), Math.floor(k / 256));
  const chunk = wanted > 1 ? Math.ceil(k / wanted / plan.depth) * plan.depth : Math.max(k, 1);
  const splits = Math.max(1, Math.ceil(k / chunk));
  const all = [m, n, k, z, tr, tc, splits, chunk, ...params];
  const split = splits > 1;
  const kernel = ctx.kernels.get(`${key};${plan.name};${split}`, () => plan.text(text(), split));
  const groups = plan.grouped ? items * splits : Math.ceil((items * splits) / kernel.size);
  if (!split) {
    kernel.run(blocks, all, groups);
    return;
  }
  const parts = ctx.memory.scratch(m * n * z * splits * 4);
  kernel.run([...blocks, parts], all, groups);
  ctx.kernels.get(`${key};join`, () => joinText(text())).runOver(z * m * n, [...blocks, parts], all);
  ctx.memory.giveScratchBack(parts);
}
