import { computeType, type DType, int32, type Kernels, type OpName, type ScanOp } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { operation } from './cuda/ops.ts';
import { elementType, literal, loaded, stored, valueType } from './cuda/types.ts';
import { Dense } from './dense.ts';
import { blocksFor, type Index, indexOf, linesOf, threads, walking } from './grid.ts';
import type { KernelText } from './kernel.ts';

/** Elements of a line that a block takes at once. */
const tile = 4 * threads;
/** Lines longer than that are split where they are few. */
const long = 16 * tile;

/** First element of a line. */
export const lineBase = '(line / p.inner) * p.length * p.inner + line % p.inner';

/** Whether a value is NaN, and whether it stands before another in NumPy's order of numbers. */
export function comparison(d: DType): { nan: (x: string) => string; less: (a: string, b: string) => string } {
  if (d.kind === 'c') return { nan: (x) => `x_cisnan(${x})`, less: (a, b) => `x_cless(${a}, ${b})` };
  return { nan: (x) => (d.kind === 'f' ? `(${x} != ${x})` : 'false'), less: (a, b) => `(${a} < ${b})` };
}

/** How two values are combined. */
export function combination(op: ScanOp, d: DType): (a: string, b: string) => string {
  const name: OpName = op === 'multiply' ? 'mul' : op;
  return (a, b) => operation(name, computeType(d), [a, b], '0, 0');
}

/** What changes nothing when it is combined. */
function identity(op: ScanOp, d: DType): string {
  if (op === 'add' || op === 'multiply') return literal(op === 'add' ? 0 : 1, d);
  const lowest = op === 'maximum';
  if (d.kind === 'c') {
    const part = valueType(d).slice(10, -1);
    const end = `${lowest ? '-' : ''}x_inf<${part}>()`;
    return `${valueType(d)}(${end}, ${end})`;
  }
  if (d.kind === 'f') return literal(lowest ? -Infinity : Infinity, d);
  if (d.kind === 'b') return lowest ? 'false' : 'true';
  const bits = BigInt(8 * d.itemsize);
  const [low, high] = d.kind === 'u' ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  return literal(lowest ? low : high, d);
}

/**
 * Places of extremes: a thread or a block for each part of a line. A second run reads the places that the parts have left (`again`) and
 * looks up their values.
 */
function argreduceText(op: 'max' | 'min', d: DType, team: number, again: boolean, index: Index): KernelText {
  const type = valueType(d);
  const { nan, less } = comparison(d);
  const value = (i: string) => loaded(d, `p.x[base + (${index})${i} * p.inner]`);
  const fields = [
    ...[`${index} lines`, `${index} length`, `${index} inner`, 'int splits', `${index} chunk`],
    `${elementType(d)}* x`,
    ...(again ? ['int* places'] : []),
    'int* y',
  ];
  const declarations = `struct Best { ${type} value; int at; };
__device__ inline bool better(Best a, Best b) {
  if (b.at < 0 || a.at < 0) return b.at < 0;
  if (${nan('a.value')} || ${nan('b.value')}) return ${nan('a.value')} && (!${nan('b.value')} || a.at < b.at);
  if (${op === 'max' ? less('b.value', 'a.value') : less('a.value', 'b.value')}) return true;
  return !${op === 'max' ? less('a.value', 'b.value') : less('b.value', 'a.value')} && a.at < b.at;
}`;
  const scan = (from: string, to: string, by: number) => `for (${index} i = ${from}; i < ${to}; i += ${by}) {
    Best other;
    other.at = ${again ? 'p.places[line * p.chunk + i]' : '(int)i'};
    other.value = ${value('other.at')};
    if (better(other, best)) best = other;
  }`;
  // The second run has the parts of a line as its only chunk.
  const item = `const ${index} line = item / p.splits, begin = item % p.splits * p.chunk;
  const ${index} end = ${again ? 'p.chunk' : 'begin + p.chunk < p.length ? begin + p.chunk : p.length'};
  const ${index} base = ${lineBase};
  Best best;
  best.at = -1;`;
  if (team === 1)
    return {
      name: `arg${op}`,
      fields,
      declarations,
      block: threads,
      body: `for (${index} item = (${index})blockIdx.x * ${threads} + (int)threadIdx.x; item < p.lines * p.splits; item += (${index})gridDim.x * ${threads}) {
  ${item}
  ${scan('begin', 'end', 1)}
  p.y[item] = best.at;
}`,
    };
  return {
    name: `arg${op}`,
    fields,
    declarations,
    block: threads,
    body: `__shared__ Best room[32];
for (${index} item = blockIdx.x; item < p.lines * p.splits; item += gridDim.x) {
  ${item}
  ${scan('begin + (int)threadIdx.x', 'end', threads)}
  best = x_together<${threads}>(best, room, [](Best a, Best b) { return better(a, b) ? a : b; });
  if (threadIdx.x == 0) p.y[item] = best.at;
  __syncthreads();
}`,
  };
}

/** Runs along lines by one thread each, every element rounded before the next takes it up. */
function scanLines(op: ScanOp, d: DType, index: Index): KernelText {
  const combine = combination(op, d);
  return walking(
    `scan_${op}`,
    index,
    [`${index} length`, `${index} inner`, `${elementType(d)}* y`],
    `const ${index} line = id;
  ${elementType(d)}* const at = p.y + (${lineBase});
  ${valueType(d)} sum = ${loaded(d, 'at[0]')};
  for (${index} i = 1; i < p.length; i++) {
    const ${elementType(d)} element = ${stored(d, combine('sum', loaded(d, 'at[i * p.inner]')))};
    at[i * p.inner] = element;
    sum = ${loaded(d, 'element')};
  }`,
  );
}

/**
 * Parts of lines by a block each, tile after tile: every thread combines neighbours, the threads of a warp their totals, the warps
 * theirs. With `totals` only the part's total is left; otherwise it starts from what stands before it in `carry`, if there is any.
 */
function scanTiles(op: ScanOp, d: DType, totals: boolean, index: Index): KernelText {
  const type = valueType(d);
  const combine = combination(op, d);
  return {
    name: `scan_${op}_${totals ? 'totals' : 'tiles'}`,
    fields: [
      ...[`${index} lines`, `${index} length`, `${index} inner`, 'int splits', `${index} chunk`],
      `${elementType(d)}* y`,
      `${type}* carry`,
    ],
    block: threads,
    body: `__shared__ ${type} room[33];
const auto combine = [](const ${type} a, const ${type} b) -> ${type} { return ${combine('a', 'b')}; };
const ${type} identity = ${identity(op, d)};
for (${index} item = blockIdx.x; item < p.lines * p.splits; item += gridDim.x) {
  const ${index} line = item / p.splits, begin = item % p.splits * p.chunk;
  const ${index} end = begin + p.chunk < p.length ? begin + p.chunk : p.length;
  ${elementType(d)}* const at = p.y + (${lineBase});
  ${type} before = ${totals ? 'identity' : 'p.carry != 0 && begin > 0 ? p.carry[item - 1] : identity'};
  for (${index} tile = begin; tile < end; tile += ${tile}) {
    const ${index} first = tile + (int)threadIdx.x * 4;
    ${type} v[4];
    for (int k = 0; k < 4; k++) v[k] = first + k < end ? ${loaded(d, 'at[(first + k) * p.inner]')} : identity;
    for (int k = 1; k < 4; k++) v[k] = combine(v[k - 1], v[k]);
    ${type} sum = v[3];
    for (int s = 1; s < 32; s *= 2) {
      const ${type} other = x_up(sum, s);
      if ((int)threadIdx.x % 32 >= s) sum = combine(other, sum);
    }
    if (threadIdx.x % 32 == 31) room[threadIdx.x / 32] = sum;
    const ${type} left = x_up(sum, 1);
    __syncthreads();
    if (threadIdx.x == 0) {
      ${type} all = before;
      for (int w = 0; w < ${threads / 32}; w++) {
        const ${type} own = room[w];
        room[w] = all;
        all = combine(all, own);
      }
      room[32] = all;
    }
    __syncthreads();
    ${
      totals
        ? ''
        : `const ${type} base = threadIdx.x % 32 == 0 ? room[threadIdx.x / 32] : combine(room[threadIdx.x / 32], left);
    for (int k = 0; k < 4; k++) if (first + k < end) at[(first + k) * p.inner] = ${stored(d, 'combine(base, v[k])')};`
    }
    before = room[32];
    __syncthreads();
  }
  ${totals ? 'if (threadIdx.x == 0) p.carry[item] = before;' : ''}
}`,
  };
}

/** Places of extremes, and running combinations. */
export function lineKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'argreduce' | 'scan'> {
  const { kernels, memory } = ctx;
  /** Parts of a line, if its length alone keeps the GPU busy. */
  const partsOf = (n: number, lines: number) =>
    n > long && lines < 256 ? Math.min(512, Math.ceil(n / (4 * tile))) : 1;

  return {
    argreduce(op, x, output, axis) {
      if (x.size === 0) return;
      const { n, inner, lines } = linesOf(x, axis);
      const dense = new Dense(copy);
      const to = dense.output(output, int32);
      const from = dense.input(x);
      const index = indexOf(x);
      const team = n > 64 && (inner === 1 || lines < 2048) ? threads : 1;
      const parts = team === 1 ? 1 : partsOf(n, lines);
      const chunk = Math.ceil(n / parts);
      const get = (size: number, again: boolean) =>
        kernels.get(`argreduce;${op};${x.dtype.name};${size};${again};${index}`, () =>
          argreduceText(op, x.dtype, size, again, index),
        );
      const blocks = (size: number, items: number) => blocksFor(items, size === 1 ? threads : 1);
      if (parts === 1) get(team, false).run([lines, n, inner, 1, n, from, to], blocks(team, lines));
      else {
        const splits = Math.ceil(n / chunk);
        const places = memory.scratch(lines * splits * 4);
        get(team, false).run([lines, n, inner, splits, chunk, from, places], blocks(team, lines * splits));
        get(1, true).run([lines, n, inner, 1, splits, from, places, to], blocks(1, lines));
        memory.giveScratchBack(places);
      }
      dense.finish();
    },

    scan(op, x, output, axis) {
      if (output.size === 0) return;
      const { n, inner, lines } = linesOf(output, axis);
      const { dtype } = output;
      const dense = new Dense(copy);
      const to = dense.output(output);
      copy(x, to);
      const index = indexOf(output);
      const key = `scan;${op};${dtype.name};${index}`;
      if (n <= 64 || (inner > 1 && lines >= 2048)) {
        kernels.get(key, () => scanLines(op, dtype, index)).run([lines, n, inner, to], blocksFor(lines));
      } else {
        const chunk = Math.ceil(Math.ceil(n / partsOf(n, lines)) / tile) * tile;
        const splits = Math.ceil(n / chunk);
        const carry = splits > 1 ? memory.scratch(lines * splits * computeType(dtype).itemsize) : null;
        const tiles = kernels.get(`${key};tiles`, () => scanTiles(op, dtype, false, index));
        if (carry !== null) {
          const type = computeType(dtype);
          kernels
            .get(`${key};totals`, () => scanTiles(op, dtype, true, index))
            .run([lines, n, inner, splits, chunk, to, carry], blocksFor(lines * splits, 1));
          kernels
            .get(`scan;${op};${type.name};${index}`, () => scanLines(op, type, index))
            .run([lines, splits, 1, carry], blocksFor(lines));
        }
        tiles.run([lines, n, inner, splits, chunk, to, carry ?? 0], blocksFor(lines * splits, 1));
        if (carry !== null) memory.giveScratchBack(carry);
      }
      dense.finish();
    },
  };
}
