import type { Context } from './context.ts';
import { directForm } from './direct.ts';
import type { Block } from './gpu.ts';
import type { KernelText } from './kernel.ts';
import { type Extents, heads, type Product } from './product.ts';
import { tileForm } from './tiles.ts';
import { fromWord } from './wgsl/types.ts';

/** Adds up the parts of products whose terms were split, in order. */
function joinText({ type, access, fields, declarations, types = [] }: Product): KernelText {
  return {
    access: `${access}r`,
    types,
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

/**
 * Records a product. Where there is little work for many workgroups and there are many terms, the terms are split and their sums
 * added after.
 *
 * @param key what distinguishes the product's text from others.
 * @param params of the product's own fields.
 * @param costB what reading an element of B costs, in reads from memory.
 */
export function runProduct(
  ctx: Context,
  key: string,
  text: () => Product,
  extents: Extents,
  blocks: readonly Block[],
  params: readonly number[],
  costB: number,
): void {
  const { m, n, k, z } = extents;
  const { emulated, lanes } = ctx.gpu;
  const form = emulated ? directForm(extents, costB, lanes) : tileForm(extents);
  const wanted = Math.min(Math.floor(form.wanted / form.items), Math.floor(k / 256));
  const chunk = wanted > 1 ? Math.ceil(k / wanted / form.depth) * form.depth : Math.max(k, 1);
  const splits = Math.max(1, Math.ceil(k / chunk));
  const all = [m, n, k, z, form.tr, form.tc, splits, chunk, ...params];
  const split = splits > 1;
  const kernel = ctx.kernels.get(`${key};${form.name};${split}`, () => form.text(text(), split));
  const groups = form.groups(form.items * splits);
  if (!split) {
    kernel.run(blocks, all, groups);
    return;
  }
  const parts = ctx.memory.scratch(m * n * z * splits * 4);
  kernel.run([...blocks, parts], all, groups);
  ctx.kernels.get(`${key};join`, () => joinText(text())).runOver(z * m * n, [...blocks, parts], all);
  ctx.memory.giveScratchBack(parts);
}
