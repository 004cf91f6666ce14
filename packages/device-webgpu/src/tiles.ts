import type { KernelText } from './kernel.ts';
import { type Extents, type Form, heads, leave, type Product, range } from './product.ts';

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

/** How an operand's part of the tile is shared among the threads: neighbours read neighbours in memory. */
interface Share {
  /** First of the four rows or columns of a thread. */
  readonly first: string;
  /** Statements that bring the part into the workgroup's memory. */
  readonly fetch: string;
}

function share(name: 'A' | 'B', extent: number, threads: number, depth: number, along: boolean): Share {
  const quads = extent / 4;
  if (along && quads * depth === threads)
    return {
      first: `(lane / ${depth}i) * 4i`,
      fetch: `shared${name}[(lane % ${depth}i) * ${quads}i + lane / ${depth}i] = four${name}(k0 + lane % ${depth}i, last);`,
    };
  return {
    first: `(lane % ${quads}i) * 4i`,
    fetch: `for (var at = lane; at < ${quads * depth}i; at += ${threads}i) {
    shared${name}[at] = four${name}(k0 + at / ${quads}i, last);
  }`,
  };
}

/** As `share`, where one read brings four terms: blocks of 4 × 4 are turned on the way. */
function shareFours(name: 'A' | 'B', extent: number, threads: number, depth: number): string {
  const quads = extent / 4;
  const deep = depth / 4;
  const lines = ['x', 'y', 'z', 'w'].map(
    (part, i) => `shared${name}[to + ${i * quads}i] = vec4(f0.${part}, f1.${part}, f2.${part}, f3.${part});`,
  );
  const read =
    name === 'A'
      ? [0, 1, 2, 3].map((i) => `f${i} = readA4(rowOf(min(row0 + four * 4i + ${i}i, p.m - 1i)), t);`)
      : ['let f = readB4(colsOf(col0 + four * 4i), t);', 'f0 = f.x; f1 = f.y; f2 = f.z; f3 = f.w;'];
  return `for (var at = lane; at < ${quads * deep}i; at += ${threads}i) {
    let four = at / ${deep}i;
    let k = k0 + (at % ${deep}i) * 4i;
    let to = (at % ${deep}i) * ${4 * quads}i + four;
    var f0 = zero; var f1 = zero; var f2 = zero; var f3 = zero;
    if (k < last) {
      let t = termOf(k);
      ${read.join('\n      ')}
    }
    ${lines.join('\n    ')}
  }`;
}

/** A workgroup brings its part of both operands into its own memory, and each thread computes a block of 4 × 4. */
function tileText(product: Product, { rows, cols, depth }: Tile, split: boolean): KernelText {
  const { type, access, fields, declarations, alongA, alongB, wideA, wideB, types = [] } = product;
  const across = cols / 4;
  const threads = (rows / 4) * across;
  const a = share('A', rows, threads, depth, alongA);
  const b = share('B', cols, threads, depth, alongB);
  const fetchA = `var<private> rowsA: vec4<i32>;
fn fourA(k: i32, last: i32) -> vec4<${type}> {
  if (k >= last) { return vec4<${type}>(); }
  let t = termOf(k);
  return vec4<${type}>(readA(rowsA.x, t), readA(rowsA.y, t), readA(rowsA.z, t), readA(rowsA.w, t));
}`;
  const fetchB = `var<private> colsB: Cols;
fn fourB(k: i32, last: i32) -> vec4<${type}> {
  if (k >= last) { return vec4<${type}>(); }
  return readB(colsB, termOf(k));
}`;
  const starts = [
    ...(wideA
      ? []
      : [
          `let firstA = row0 + ${a.first};`,
          'for (var i = 0i; i < 4i; i++) { rowsA[i] = rowOf(min(firstA + i, p.m - 1i)); }',
        ]),
    ...(wideB ? [] : [`colsB = colsOf(col0 + ${b.first});`]),
  ];
  return {
    access: split ? `${access}w` : access,
    types,
    fields: [...heads, ...fields],
    size: threads,
    declarations: `${declarations}
var<workgroup> sharedA: array<vec4<${type}>, ${(rows / 4) * depth}>;
var<workgroup> sharedB: array<vec4<${type}>, ${across * depth}>;
${wideA ? '' : fetchA}
${wideB ? '' : fetchB}`,
    body: `
let tile = group % (p.tr * p.tc);
let item = group / (p.tr * p.tc);
if (item >= p.z * p.splits) { return; }
setup(item / p.splits);
let row0 = (tile / p.tc) * ${rows}i;
let col0 = (tile % p.tc) * ${cols}i;
let zero = vec4<${type}>();
${starts.join('\n')}
let row = row0 + (lane / ${across}i) * 4i;
let col = col0 + (lane % ${across}i) * 4i;
${[0, 1, 2, 3].map((i) => `var acc${i}_0 = vec4<${type}>();`).join(' ')}
${range}
for (var k0 = first; k0 < last; k0 += ${depth}i) {
  ${wideA ? shareFours('A', rows, threads, depth) : a.fetch}
  ${wideB ? shareFours('B', cols, threads, depth) : b.fetch}
  workgroupBarrier();
  for (var k = 0i; k < ${depth}i; k++) {
    let a = sharedA[k * ${rows / 4}i + lane / ${across}i];
    let b = sharedB[k * ${across}i + lane % ${across}i];
    acc0_0 += a.x * b; acc1_0 += a.y * b; acc2_0 += a.z * b; acc3_0 += a.w * b;
  }
  workgroupBarrier();
}
${leave(product, 4, 1, split)}`,
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

/** Products for processors whose workgroups share memory that is faster than the rest. */
export function tileForm(extents: Extents): Form {
  const name = tileFor(extents);
  const tile = tiles[name];
  const tr = Math.ceil(extents.m / tile.rows);
  const tc = Math.ceil(extents.n / tile.cols);
  return {
    name,
    tr,
    tc,
    items: tr * tc * extents.z,
    wanted: 64,
    depth: tile.depth,
    groups: (items) => items,
    text: (product, split) => tileText(product, tile, split),
  };
}
