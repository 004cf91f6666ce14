import type { Kernels, NdArray } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import { blockOf, type KernelText } from './kernel.ts';
import { floating } from './pooling.ts';
import { stored } from './wgsl/types.ts';

/** Threads that share a line where lines are long and few. */
const lanes = 64;

/** A reduction over the threads of a group; `value` is a variable that all of them get. */
function together(team: number, value: string, combine: (a: string, b: string) => string): string {
  if (team === 1) return '';
  return `workgroupBarrier();
shared_[lane] = ${value};
for (var s = ${team / 2}i; s > 0i; s = s / 2i) {
  workgroupBarrier();
  if (lane < s) { shared_[lane] = ${combine('shared_[lane]', 'shared_[lane + s]')}; }
}
workgroupBarrier();
${value} = shared_[0];`;
}

/** A kernel over lines: a thread or a group of `team` for each; `at(buffer)` is the place of element `i` of the line. */
function lineText(
  buffers: number,
  team: number,
  body: (each: (statement: string) => string, at: (k: number) => string) => string,
): KernelText {
  const names = ['a', 'b', 'c'].slice(0, buffers);
  const each = (statement: string) =>
    `for (var i = ${team > 1 ? 'lane' : '0i'}; i < p.n; i += ${team}i) { ${statement} }`;
  const at = (k: number) => `p.o${names[k]} + base + i * p.inner`;
  return {
    access: `w${'r'.repeat(buffers - 1)}`,
    fields: ['lines: i32', 'n: i32', 'inner: i32', ...names.map((l) => `o${l}: i32`)],
    size: team > 1 ? team : lanes,
    declarations: team > 1 ? `var<workgroup> shared_: array<f32, ${team}>;` : '',
    body: `let line = ${team > 1 ? 'group' : 'id'};
if (line >= p.lines) { return; }
let base = (line / p.inner) * p.n * p.inner + line % p.inner;
${body(each, at)}`,
  };
}

/** Softmax along any axis, and its gradient. */
export function softmaxKernels(
  ctx: Context,
  copy: Kernels['copy'],
): Pick<Kernels, 'softmax' | 'softmaxGrad'> {
  function run(
    key: string,
    y: NdArray,
    xs: readonly NdArray[],
    axis: number,
    body: (
      team: number,
      put: (value: string) => string,
    ) => (each: (s: string) => string, at: (k: number) => string) => string,
  ): void {
    if (y.size === 0) return;
    const dense = new Dense(copy);
    const out = dense.output(y, floating(y.dtype));
    const arrays = [out, ...xs.map((x) => dense.input(x, floating(x.dtype)))];
    const n = y.shape[axis]!;
    const lines = y.size / n;
    const inner = y.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const team = n > 32 && lines < 4096 ? ctx.gpu.team(lanes) : 1;
    const kernel = ctx.kernels.get(`${key};${team};${out.dtype.name}`, () =>
      lineText(
        arrays.length,
        team,
        body(team, (value) => `bitcast<u32>(${stored(out.dtype, value)})`),
      ),
    );
    const params = [lines, n, inner, ...arrays.map((x) => x.offset)];
    if (team > 1) kernel.run(arrays.map(blockOf), params, lines);
    else kernel.runOver(lines, arrays.map(blockOf), params);
    dense.finish();
  }

  const float = (k: number, at: string) => `bitcast<f32>(b${k}[${at}])`;
  return {
    softmax(x, y, axis, log) {
      run(
        `softmax;${log}`,
        y,
        [x],
        axis,
        (team, put) => (each, at) =>
          `
var top = -x_inf();
${each(`top = max(top, ${float(1, at(1))});`)}
${together(team, 'top', (a, b) => `max(${a}, ${b})`)}
var sum = 0f;
${each(`sum += x_exp(${float(1, at(1))} - top);`)}
${together(team, 'sum', (a, b) => `${a} + ${b}`)}
${log ? 'let total = x_log(sum);' : ''}
${each(`let d = ${float(1, at(1))} - top; b0[${at(0)}] = ${put(log ? 'd - total' : 'x_exp(d) / sum')};`)}`,
      );
    },
    softmaxGrad(y, gy, gx, axis, log) {
      run(
        `softmaxGrad;${log}`,
        gx,
        [y, gy],
        axis,
        (team, put) => (each, at) =>
          `
var sum = 0f;
${each(`sum += ${log ? float(2, at(2)) : `${float(2, at(2))} * ${float(1, at(1))}`};`)}
${together(team, 'sum', (a, b) => `${a} + ${b}`)}
${each(
  `let v = ${float(1, at(1))}; let g = ${float(2, at(2))}; b0[${at(0)}] = ${put(log ? 'g - x_exp(v) * sum' : 'v * (g - sum)')};`,
)}`,
      );
    },
  };
}
