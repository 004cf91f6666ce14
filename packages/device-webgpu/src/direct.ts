import type { KernelText } from './kernel.ts';
import { type Extents, type Form, heads, leave, type Product, range } from './product.ts';

/** Threads that the emulator runs as one: four lanes of a vector. */
const lanes = 4;
/** Few in a workgroup, since the emulator shares out workgroups among its threads. */
const size = 16;
/** Terms that are read before they are added: the emulator keeps variables in memory, intermediate values in registers. */
const unroll = 4;

/** The block of a thread; the four threads beside each other have the same rows. */
interface Shape {
  readonly rows: number;
  readonly cols: number;
}

const part = (u: number): string => 'xyzw'[u]!;
const list = (n: number) => Array.from({ length: n }, (_, i) => i);

/**
 * Each thread reads what its own block needs, for processors whose workgroups share no faster memory. There a read costs ten
 * times what a multiplication and addition does, so blocks are large, and four lanes that need the same rows read a row each.
 *
 * @param together whether threads may read their neighbours' values.
 */
function directText(product: Product, { rows, cols }: Shape, together: boolean, split: boolean): KernelText {
  const { type, access, fields, declarations, wideA, wideB, types = [] } = product;
  const quads = cols / 4;
  const starts = together
    ? list(rows / 4).map((q) => `let row${q} = rowOf(min(row + ${4 * q}i + own, p.m - 1i));`)
    : list(rows).map((i) => `let row${i} = rowOf(min(row + ${i}i, p.m - 1i));`);
  /** A row's elements at the terms, as `name_u`. */
  const ownRow = (name: string, row: string, terms: readonly number[]): string[] =>
    wideA
      ? [`let ${name} = readA4(${row}, t0);`, ...terms.map((u) => `let ${name}_${u} = ${name}.${part(u)};`)]
      : terms.map((u) => `let ${name}_${u} = readA(${row}, t${u});`);
  const block = (depth: number) => {
    const terms = list(depth);
    const term = terms.map((u) => (u === 0 || !wideA || !wideB ? `let t${u} = termOf(k + ${u}i);` : ''));
    const fours = wideB ? list(quads).map((q) => `let f${q} = readB4(cols${q}, t0);`) : [];
    const columns = (u: number, q: number) =>
      wideB
        ? `vec4<${type}>(${['x', 'y', 'z', 'w'].map((column) => `f${q}.${column}.${part(u)}`).join(', ')})`
        : `readB(cols${q}, t${u})`;
    const reads = terms.flatMap((u) => list(quads).map((q) => `let b${u}_${q} = ${columns(u, q)};`));
    const sums = (i: number) =>
      list(quads)
        .map((q) => `acc${i}_${q} += ${terms.map((u) => `a${i}_${u} * b${u}_${q}`).join(' + ')};`)
        .join(' ');
    const products = list(rows / 4).flatMap((q) => {
      const own = together ? ownRow(`own${q}`, `row${q}`, terms) : [];
      const four = list(4).map((i) => {
        const row = 4 * q + i;
        const values = together
          ? terms.map((u) => `let a${row}_${u} = subgroupBroadcast(own${q}_${u}, ${i}u);`)
          : ownRow(`a${row}`, `row${row}`, terms);
        return `${values.join(' ')} ${sums(row)}`;
      });
      return [...own, ...four];
    });
    return [...term, ...fours, ...reads, ...products].join('\n  ');
  };
  return {
    access: split ? `${access}w` : access,
    types,
    fields: [...heads, ...fields],
    size,
    // All lanes of a vector have the same tile, which the compiler cannot see.
    ...(together ? { directives: 'enable subgroups; diagnostic(off, subgroup_uniformity);' } : {}),
    declarations,
    body: `
let across = (p.tc + ${lanes - 1}i) / ${lanes}i;
let own = id % ${lanes}i;
let tile = (id / ${lanes}i) % (p.tr * across);
let item = (id / ${lanes}i) / (p.tr * across);
if (item >= p.z * p.splits) { return; }
setup(item / p.splits);
let row = (tile / across) * ${rows}i;
let col = ((tile % across) * ${lanes}i + own) * ${cols}i;
${starts.join('\n')}
${list(quads)
  .map((q) => `let cols${q} = colsOf(col + ${4 * q}i);`)
  .join('\n')}
${list(rows)
  .flatMap((i) => list(quads).map((q) => `var acc${i}_${q} = vec4<${type}>();`))
  .join(' ')}
${range}
var k = first;
for (; k + ${unroll}i <= last; k += ${unroll}i) {
  ${block(unroll)}
}
${wideA || wideB ? '' : `for (; k < last; k++) { ${block(1)} }`}
${leave(product, rows, quads, split)}`,
  };
}

/** What reads and arithmetic cost in the emulator, by measurement, in multiplications and additions of four lanes. */
const costs = { read: 10, broadcast: 2 };

/** Large blocks take the emulator half a second to compile: the products of at least so many multiplications repay it. */
const worthwhile = 2 ** 23;

/** Products for processors that are emulated by the CPU. */
export function directForm({ m, n, k, z }: Extents, costB: number, together: boolean): Form {
  let best: (Shape & { tr: number; tc: number; items: number; cost: number }) | null = null;
  const large = m * n * k * z >= worthwhile;
  for (const rows of large ? [4, 8, 12, 16] : [4, 8]) {
    for (const cols of large ? [4, 8] : [4]) {
      const tr = Math.ceil(m / rows);
      const tc = Math.ceil(n / cols);
      const items = tr * Math.ceil(tc / lanes) * z;
      const readA = rows * (together ? costs.read / lanes + costs.broadcast : costs.read);
      // With fewer items than this some of the CPU's cores would have nothing to do.
      const cost = Math.max(items, 8) * (readA + cols * costB * costs.read + rows * cols);
      if (best === null || cost < best.cost) best = { rows, cols, tr, tc, items, cost };
    }
  }
  const { rows, cols, tr, tc, items } = best as NonNullable<typeof best>;
  return {
    name: `direct${rows}x${cols}${together ? '' : ';alone'}`,
    tr,
    tc,
    items,
    wanted: 64,
    depth: unroll,
    groups: (n) => Math.ceil((n * lanes) / size),
    text: (product, split) => directText(product, { rows, cols }, together, split),
  };
}
