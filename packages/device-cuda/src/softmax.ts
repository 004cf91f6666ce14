import type { DType, Kernels, NdArray } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { elementType, loaded, stored } from './cuda/types.ts';
import { Dense } from './dense.ts';
import { computing, floating } from './floating.ts';
import { blocksFor, type Index, indexOf, linesOf, threads, walking } from './grid.ts';
import type { KernelText } from './kernel.ts';
import { lineBase } from './lines.ts';
import { aligned } from './storage.ts';

/** How lines are computed. */
interface Variant {
  /** Of the result, then of the operands. */
  readonly dtypes: readonly DType[];
  readonly log: boolean;
  readonly index: Index;
  /** Threads for each line: one, a warp, or a block. */
  readonly team: 1 | 32 | 256;
  /** Elements of a line that each thread holds; 0: too many, they are read again. */
  readonly held: number;
  /** Elements that a thread reads at once. */
  readonly width: number;
}

/** What a line is reduced to, and how its elements follow from that. */
interface Formula {
  /** Reductions in order: of an element's operands `x0`, `x1` (values), with the results before. */
  readonly steps: readonly {
    readonly name: string;
    readonly identity: (type: string) => string;
    readonly term: string;
    readonly combine: (a: string, b: string) => string;
  }[];
  readonly between: string;
  readonly value: string;
}

const sum = (a: string, b: string) => `${a} + ${b}`;

const softmax = (log: boolean): Formula => ({
  steps: [
    {
      name: 'top',
      identity: (type) => `-x_inf<${type}>()`,
      term: 'x0',
      combine: (a, b) => `x_maximum<T>(${a}, ${b})`,
    },
    { name: 'total', identity: () => '0', term: 'x_exp(x0 - top)', combine: sum },
  ],
  between: log ? 'const T whole = x_log(total);' : 'const T whole = 1 / total;',
  value: log ? 'x0 - top - whole' : 'x_exp(x0 - top) * whole',
});

/** Operands are the output and its gradient. */
const softmaxGrad = (log: boolean): Formula => ({
  steps: [{ name: 'total', identity: () => '0', term: log ? 'x1' : 'x1 * x0', combine: sum }],
  between: '',
  value: log ? 'x1 - x_exp(x0) * total' : 'x0 * (x1 - total)',
});

/** Lines far apart from each other, or of many elements: a thread for each, which reads its elements again for each step. */
function singleText(
  name: string,
  { dtypes, index }: Variant,
  { steps, between, value }: Formula,
  T: string,
): KernelText {
  const inputs = dtypes.slice(1);
  const load = inputs.map((d, k) => `const T x${k} = ${loaded(d, `p.x${k}[base + i * p.inner]`)};`).join(' ');
  const each = (body: string) => `for (${index} i = 0; i < p.length; i++) { ${load} ${body} }`;
  return walking(
    name,
    index,
    [
      `${index} length`,
      `${index} inner`,
      `${elementType(dtypes[0]!)}* y`,
      ...inputs.map((d, k) => `const ${elementType(d)}* x${k}`),
    ],
    `typedef ${T} T;
  const ${index} line = id, base = ${lineBase};
  ${steps
    .map((s) => `T ${s.name} = ${s.identity('T')};\n  ${each(`${s.name} = ${s.combine(s.name, s.term)};`)}`)
    .join('\n  ')}
  ${between}
  ${each(`p.y[base + i * p.inner] = ${stored(dtypes[0]!, value)};`)}`,
  );
}

/** Lines of neighbours: a warp or a block for each, which reads them once where they fit into registers. */
function teamText(name: string, v: Variant, { steps, between, value }: Formula, T: string): KernelText {
  const { dtypes, index, team, held, width } = v;
  const inputs = dtypes.slice(1);
  const lane = `(int)(threadIdx.x % ${team})`;
  const place = `(r * ${team} + ${lane}) * ${width} + w`;
  const pack = (d: DType) => `x_pack<${elementType(d)}, ${width}>`;
  const perBlock = threads / team;
  const turns = held > 0 ? String(held / width) : `(int)((p.length + ${team * width - 1}) / ${team * width})`;
  const unroll = held > 0 ? '#pragma unroll\n    ' : '';
  /** Values of a thread's elements: those it holds, or read anew. */
  const values = inputs
    .map(
      (d, k) => `const T x${k} = ${held > 0 ? `v${k}[r * ${width} + w]` : loaded(d, `p.x${k}[base + i]`)};`,
    )
    .join(' ');
  const each = (body: string) => `${unroll}for (int r = 0; r < ${turns}; r++) {
    ${unroll}for (int w = 0; w < ${width}; w++) {
      const ${index} i = ${place};
      if (i < p.length) { ${values} ${body} }
    }
  }`;
  const read = inputs
    .map((d, k) =>
      width > 1
        ? `const ${pack(d)} e${k} = *(const ${pack(d)}*)(p.x${k} + base + i);
      ${unroll}for (int w = 0; w < ${width}; w++) v${k}[r * ${width} + w] = ${loaded(d, `e${k}.v[w]`)};`
        : `v${k}[r] = ${loaded(d, `p.x${k}[base + i]`)};`,
    )
    .join('\n      ');
  const hold =
    held === 0
      ? ''
      : `${inputs.map((_, k) => `T v${k}[${held}];`).join(' ')}
  ${unroll}for (int r = 0; r < ${turns}; r++) {
    const ${index} i = (r * ${team} + ${lane}) * ${width};
    if (i < p.length) {
      ${read}
    }
  }`;
  const together = (name: string, combine: (a: string, b: string) => string) =>
    team === 32
      ? `#pragma unroll
  for (int s = 16; s > 0; s /= 2) { const T other = x_xor(${name}, s); ${name} = ${combine(name, 'other')}; }`
      : `${name} = x_together<${team}>(${name}, room, [](T a, T b) -> T { return ${combine('a', 'b')}; });`;
  const out =
    width > 1
      ? `${unroll}for (int r = 0; r < ${turns}; r++) {
    const ${index} i = (r * ${team} + ${lane}) * ${width};
    if (i < p.length) {
      ${pack(dtypes[0]!)} e;
      ${unroll}for (int w = 0; w < ${width}; w++) {
        ${inputs.map((_, k) => `const T x${k} = v${k}[r * ${width} + w];`).join(' ')}
        e.v[w] = ${stored(dtypes[0]!, value)};
      }
      *(${pack(dtypes[0]!)}*)(p.y + base + i) = e;
    }
  }`
      : each(`p.y[base + i] = ${stored(dtypes[0]!, value)};`);
  return {
    name,
    fields: [
      `${index} lines`,
      `${index} length`,
      `${elementType(dtypes[0]!)}* y`,
      ...inputs.map((d, k) => `const ${elementType(d)}* x${k}`),
    ],
    block: threads,
    body: `typedef ${T} T;
${team === 256 ? '__shared__ T room[32];' : ''}
for (${index} line = (${index})blockIdx.x * ${perBlock} + (int)threadIdx.x / ${team}; line < p.lines; line += (${index})gridDim.x * ${perBlock}) {
  const ${index} base = line * p.length;
  ${hold}
  ${steps
    .map(
      (s) => `T ${s.name} = ${s.identity('T')};
  ${each(`${s.name} = ${s.combine(s.name, s.term)};`)}
  ${together(s.name, s.combine)}`,
    )
    .join('\n  ')}
  ${between}
  ${out}
  ${team === 256 ? '__syncthreads();' : ''}
}`,
  };
}

/** Elements that a thread may hold in registers. */
const mostHeld = 32;

/** Softmax along any axis, and its gradient. */
export function softmaxKernels(
  ctx: Context,
  copy: Kernels['copy'],
): Pick<Kernels, 'softmax' | 'softmaxGrad'> {
  function run(
    name: string,
    formula: Formula,
    y: NdArray,
    xs: readonly NdArray[],
    axis: number,
    log: boolean,
  ): void {
    if (y.size === 0) return;
    const dense = new Dense(copy);
    const out = dense.output(y, floating(y.dtype));
    const arrays = [out, ...xs.map((x) => dense.input(x, floating(x.dtype)))];
    const { n, inner, lines } = linesOf(y, axis);
    const dtypes = arrays.map((a) => a.dtype);
    const index = indexOf(y);
    const team = inner > 1 || n <= 4 ? 1 : n <= 1024 ? 32 : 256;
    const widest = 16 / Math.max(...dtypes.map((d) => d.itemsize));
    const packs =
      n % widest === 0 && n >= team * widest && arrays.every((a) => aligned(a, widest * a.dtype.itemsize));
    const least = Math.ceil(n / team);
    const rounded = 2 ** Math.ceil(Math.log2(Math.max(least, packs ? widest : 1)));
    const held = team > 1 && rounded <= mostHeld / xs.length ? rounded : 0;
    const width = held > 0 && packs ? widest : 1;
    const variant: Variant = { dtypes, log, index, team, held, width };
    const key = `${name};${dtypes.map((d) => d.name)};${log};${index};${team};${held};${width}`;
    const kernel = ctx.kernels.get(key, () =>
      (team === 1 ? singleText : teamText)(
        log ? `log_${name}` : name,
        variant,
        formula,
        computing(...dtypes),
      ),
    );
    if (team === 1) kernel.run([lines, n, inner, ...arrays], blocksFor(lines));
    else kernel.run([lines, n, ...arrays], blocksFor(lines, threads / team));
    dense.finish();
  }

  return {
    softmax: (x, y, axis, log) => run('softmax', softmax(log), y, [x], axis, log),
    softmaxGrad: (y, gy, gx, axis, log) => run('softmax_grad', softmaxGrad(log), gx, [y, gy], axis, log),
  };
}
