import { type DType, int32, type Kernels, type NdArray, type ScanOp } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import { blockOf, type KernelText } from './kernel.ts';
import { classOf, fromWord, stored, toWord, wrap } from './wgsl/types.ts';

/** Threads that share a line where lines are long and few. */
const lanes = 64;

/** How lines along an axis lie in a dense array. */
export function linesOf(x: NdArray, axis: number): { n: number; inner: number; lines: number } {
  const n = x.shape[axis]!;
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return { n, inner, lines: x.size / n };
}

/** First element of a line. */
export const lineBase = '(line / p.inner) * p.n * p.inner + line % p.inner';

function argreduceText(op: 'max' | 'min', d: DType, team: number): KernelText {
  const grouped = team > 1;
  const type = classOf(d);
  const value = (at: string) => fromWord(type, `b0[${at}]`);
  const nan = (x: string) => (type === 'f32' ? `x_isnan(${x})` : 'false');
  return {
    access: 'rw',
    fields: ['lines: i32', 'n: i32', 'inner: i32', 'oa: i32', 'ob: i32'],
    size: grouped ? team : lanes,
    declarations: `
fn better(v: ${type}, i: i32, best: ${type}, at: i32) -> bool {
  if (${nan('best')}) { return ${nan('v')} && i < at; }
  if (${nan('v')}) { return true; }
  return v ${op === 'max' ? '>' : '<'} best || (v == best && i < at);
}
${grouped ? `var<workgroup> values: array<${type}, ${team}>;\nvar<workgroup> places: array<i32, ${team}>;` : ''}`,
    body: `let line = ${grouped ? 'group' : 'id'};
if (line >= p.lines) { return; }
let base = p.oa + ${lineBase};
var best = ${value('base')};
var at = 0i;
for (var i = ${grouped ? 'lane' : '1i'}; i < p.n; i += ${team}i) {
  let v = ${value('base + i * p.inner')};
  if (better(v, i, best, at)) { best = v; at = i; }
}
${
  grouped
    ? `values[lane] = best;
places[lane] = at;
for (var s = ${team / 2}i; s > 0i; s = s / 2i) {
  workgroupBarrier();
  if (lane < s && better(values[lane + s], places[lane + s], values[lane], places[lane])) {
    values[lane] = values[lane + s];
    places[lane] = places[lane + s];
  }
}
if (lane == 0i) { b1[p.ob + line] = bitcast<u32>(places[0]); }`
    : 'b1[p.ob + line] = bitcast<u32>(at);'
}`,
  };
}

/** How two values are combined, in their class. */
export function combination(op: ScanOp, d: DType): (a: string, b: string) => string {
  const float = classOf(d) === 'f32';
  const plain: Record<ScanOp, (a: string, b: string) => string> = {
    add: (a, b) => `${a} + ${b}`,
    multiply: (a, b) => `${a} * ${b}`,
    maximum: (a, b) => `${float ? 'x_maximum' : 'max'}(${a}, ${b})`,
    minimum: (a, b) => `${float ? 'x_minimum' : 'min'}(${a}, ${b})`,
  };
  return (a, b) => wrap(d, `(${plain[op](a, b)})`);
}

/** In place: each thread of a group takes neighbouring elements, first for their total, then for what stands before them. */
function scanText(op: ScanOp, d: DType, team: number): KernelText {
  const grouped = team > 1;
  const type = classOf(d);
  const combine = combination(op, d);
  const value = (at: string) => fromWord(type, `b0[${at}]`);
  const round = (v: string) => stored(d, v);
  const loop = (from: string, body: string) => `for (var i = ${from}; i < stop; i++) { ${body} }`;
  return {
    access: 'w',
    fields: ['lines: i32', 'n: i32', 'inner: i32', 'o: i32'],
    size: grouped ? team : lanes,
    declarations: grouped ? `var<workgroup> totals: array<${type}, ${team}>;` : '',
    body: `let line = ${grouped ? 'group' : 'id'};
if (line >= p.lines) { return; }
let base = p.o + ${lineBase};
${
  grouped
    ? `let each = (p.n + ${team - 1}i) / ${team}i;
let start = min(lane * each, p.n);
let stop = min(start + each, p.n);
if (start < stop) {
  var total = ${value('base + start * p.inner')};
  ${loop('start + 1i', `total = ${combine('total', value('base + i * p.inner'))};`)}
  totals[lane] = total;
}
workgroupBarrier();
if (lane == 0i) {
  for (var k = 1i; k * each < p.n; k++) { totals[k] = ${combine('totals[k - 1i]', 'totals[k]')}; }
}
workgroupBarrier();
if (start >= stop) { return; }
var sum = ${value('base + start * p.inner')};
if (lane > 0i) { sum = ${round(combine('totals[lane - 1i]', 'sum'))}; }
b0[base + start * p.inner] = ${toWord(type, 'sum')};`
    : `let start = 0i;
let stop = p.n;
var sum = ${value('base')};`
}
${loop('start + 1i', `sum = ${round(combine('sum', value('base + i * p.inner')))}; b0[base + i * p.inner] = ${toWord(type, 'sum')};`)}`,
  };
}

/** Places of extremes, and running combinations. */
export function lineKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'argreduce' | 'scan'> {
  const teamFor = (n: number, lines: number) => (n > 64 && lines < 2048 ? ctx.gpu.team(lanes) : 1);
  return {
    argreduce(op, x, output, axis) {
      if (x.size === 0) return;
      const { n, inner, lines } = linesOf(x, axis);
      const team = teamFor(n, lines);
      const dense = new Dense(copy);
      const to = dense.output(output, int32);
      const from = dense.input(x);
      const kernel = ctx.kernels.get(`argreduce;${op};${classOf(x.dtype)};${team}`, () =>
        argreduceText(op, x.dtype, team),
      );
      const params = [lines, n, inner, from.offset, to.offset];
      kernel.run([from, to].map(blockOf), params, team > 1 ? lines : Math.ceil(lines / lanes));
      dense.finish();
    },
    scan(op, x, output, axis) {
      if (output.size === 0) return;
      const { n, inner, lines } = linesOf(output, axis);
      const team = teamFor(n, lines);
      const dense = new Dense(copy);
      const to = dense.output(output);
      copy(x, to);
      const kernel = ctx.kernels.get(`scan;${op};${output.dtype.name};${team}`, () =>
        scanText(op, output.dtype, team),
      );
      kernel.run([blockOf(to)], [lines, n, inner, to.offset], team > 1 ? lines : Math.ceil(lines / lanes));
      dense.finish();
    },
  };
}
