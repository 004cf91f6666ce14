import { type DType, int32, type Kernels, type NdArray } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import type { Block } from './gpu.ts';
import { blockOf, type KernelText } from './kernel.ts';
import { lineBase, linesOf } from './lines.ts';
import { classOf } from './wgsl/types.ts';

/** Pairs that a workgroup sorts in its own memory. */
const local = 1024;
const threads = 64;

/** Keys and the places that they come from: what is sorted. Pairs are never equal, so that the order is that of a stable sort. */
const swap = (i: string, l: string, keys: string, places: string) => `
let up = (${i === 'a' ? '(start + a)' : i} & (p.length - 1u) & k) == 0u;
let after = ${keys}[${i}] > ${keys}[${l}] || (${keys}[${i}] == ${keys}[${l}] && ${places}[${i}] > ${places}[${l}]);
if (after == up) {
  let key = ${keys}[${i}]; ${keys}[${i}] = ${keys}[${l}]; ${keys}[${l}] = key;
  let place = ${places}[${i}]; ${places}[${i}] = ${places}[${l}]; ${places}[${l}] = place;
}`;

/** Rounds `low` to `high` of a bitonic sort, as far as they stay within `local` neighbours. */
const localText = (): KernelText => ({
  access: 'ww',
  fields: ['total: u32', 'length: u32', 'low: u32', 'high: u32'],
  size: threads,
  declarations: `var<workgroup> keys: array<u32, ${local}>;\nvar<workgroup> places: array<u32, ${local}>;`,
  body: `let start = u32(group) * ${local}u;
if (start >= p.total) { return; }
for (var a = u32(lane); a < ${local}u; a += ${threads}u) {
  if (start + a < p.total) { keys[a] = b0[start + a]; places[a] = b1[start + a]; }
}
for (var k = p.low; k <= p.high; k = k * 2u) {
  for (var j = min(k / 2u, ${local / 2}u); j > 0u; j = j / 2u) {
    workgroupBarrier();
    for (var t = u32(lane); t < ${local / 2}u; t += ${threads}u) {
      let a = 2u * t - (t & (j - 1u));
      let l = a + j;
      if (start + l < p.total) {
        ${swap('a', 'l', 'keys', 'places')}
      }
    }
  }
}
workgroupBarrier();
for (var a = u32(lane); a < ${local}u; a += ${threads}u) {
  if (start + a < p.total) { b0[start + a] = keys[a]; b1[start + a] = places[a]; }
}`,
});

/** One round over distant pairs. */
const distantText = (): KernelText => ({
  access: 'ww',
  fields: ['total: u32', 'length: u32', 'k: u32', 'j: u32'],
  size: threads,
  body: `let t = u32(id);
if (t >= p.total / 2u) { return; }
let k = p.k;
let i = 2u * t - (t & (p.j - 1u));
let l = i + p.j;
${swap('i', 'l', 'b0', 'b1')}`,
});

/** Sorts lines of pairs; the length of a line is a power of two. */
export function sortPairs(ctx: Context, keys: Block, places: Block, lines: number, length: number): void {
  const total = lines * length;
  if (length < 2) return;
  const near = ctx.kernels.get('sort;local', localText);
  const blocks = [keys, places];
  const groups = Math.ceil(total / local);
  near.run(blocks, [total, length, 2, Math.min(length, local)], groups);
  for (let k = 2 * local; k <= length; k *= 2) {
    for (let j = k / 2; j >= local; j /= 2)
      ctx.kernels.get('sort;distant', distantText).runOver(total / 2, blocks, [total, length, k, j]);
    near.run(blocks, [total, length, k, k], groups);
  }
}

/** The least power of two that is not less. */
export function powerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(n, 1)));
}

/** A word that orders as the elements do: NaN last, both zeros equal. */
export function sortKey(d: DType, word: string): string {
  const type = classOf(d);
  if (type === 'u32') return word;
  if (type === 'i32') return `(${word} ^ 0x80000000u)`;
  return `key(${word})`;
}

const floatKey = `
fn key(w: u32) -> u32 {
  if ((w & 0x7fffffffu) > 0x7f800000u) { return 0xffffffffu; }
  if (w == 0x80000000u) { return 0x80000000u; }
  return select(w ^ 0x80000000u, ~w, (w >> 31u) != 0u);
}`;

function keysText(d: DType): KernelText {
  return {
    access: 'rww',
    fields: ['total: i32', 'length: i32', 'n: i32', 'inner: i32', 'o: i32'],
    size: threads,
    declarations: floatKey,
    body: `if (id >= p.total) { return; }
let line = id / p.length;
let i = id % p.length;
var k = 0xffffffffu;
if (i < p.n) { let w = b0[p.o + ${lineBase} + i * p.inner]; k = ${sortKey(d, 'w')}; }
b1[id] = k;
b2[id] = u32(i);`,
  };
}

/** Element `i` of a line becomes the place of the i-th smallest, or that element itself. */
function resultText(elements: boolean): KernelText {
  return {
    access: elements ? 'wrr' : 'wr',
    fields: ['total: i32', 'length: i32', 'n: i32', 'inner: i32', 'oy: i32', 'ox: i32'],
    size: threads,
    body: `if (id >= p.total) { return; }
let line = id / p.n;
let i = id % p.n;
let base = ${lineBase};
let place = b1[line * p.length + i];
b0[p.oy + base + i * p.inner] = ${elements ? 'b2[p.ox + base + i32(place) * p.inner]' : 'place'};`,
  };
}

/** Bitonic sorts of all lines at once. */
export function sortKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'sort' | 'argsort'> {
  function run(x: NdArray, output: NdArray, axis: number, elements: boolean): void {
    if (x.size === 0) return;
    const { n, inner, lines } = linesOf(x, axis);
    const length = powerOfTwo(n);
    const total = lines * length;
    const dense = new Dense(copy);
    const to = dense.output(output, elements ? x.dtype : int32);
    const from = dense.input(x);
    const keys = ctx.memory.scratch(total * 4);
    const places = ctx.memory.scratch(total * 4);
    ctx.kernels
      .get(`sort;keys;${classOf(x.dtype)}`, () => keysText(x.dtype))
      .runOver(total, [blockOf(from), keys, places], [total, length, n, inner, from.offset]);
    sortPairs(ctx, keys, places, lines, length);
    const blocks = elements ? [blockOf(to), places, blockOf(from)] : [blockOf(to), places];
    ctx.kernels
      .get(`sort;result;${elements}`, () => resultText(elements))
      .runOver(x.size, blocks, [x.size, length, n, inner, to.offset, from.offset]);
    ctx.memory.giveScratchBack(keys);
    ctx.memory.giveScratchBack(places);
    dense.finish();
  }
  return {
    sort: (x, output, axis) => run(x, output, axis, true),
    argsort: (x, output, axis) => run(x, output, axis, false),
  };
}
