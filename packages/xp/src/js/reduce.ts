import type { Complex } from '../core/complex.ts';
import type { DType, TypedArray } from '../core/dtype.ts';
import { broadcastSteps, collapse, type Loops } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { computeType, type Program, type ReduceProgram } from '../scalar/program.ts';
import { castHeld, stepsOf, writeElement } from './closures.ts';
import { canCompile, compile } from './compile.ts';
import { walk } from './elementwise.ts';
import { holdingOf, scalarAs, Text } from './render.ts';

type Held = number | bigint | Complex;

/** Folds `n` elements into the accumulator `acc[0]` (complex: an object). */
type Accumulate = (
  n: number,
  arrays: readonly TypedArray[],
  p: readonly number[],
  s: readonly number[],
  k: readonly Held[],
  acc: Held,
) => Held;
/** Turns an accumulator into the stored result. */
type Finish = (acc: Held, k: readonly Held[], out: TypedArray, p: number) => void;

interface Compiled {
  readonly accumulate: Accumulate;
  readonly finish: Finish;
}

const forms = new WeakMap<ReduceProgram, Compiled>();

function accumulatorText(d: DType, name: string, value: string): string {
  return holdingOf(d) === 'complex'
    ? `let ${name}r=${value}.re,${name}i=${value}.im;`
    : `let ${name}=${value};`;
}

function compileReduce(r: ReduceProgram): Compiled {
  const functions = new Map<string, unknown>();
  const acc = computeType((r.map.outputs[0] as { dtype: DType }).dtype);
  const never = (): never => {
    throw new Error(`[${r.name}] coordinates and raw operands have no place in a reduction`);
  };
  const map = new Text(
    r.map,
    {
      element: (k) => ({ array: `a${k}`, index: `p${k}` }),
      scalar: (k) => `k[${k}]`,
      coord: never,
      raw: never,
    },
    functions,
    'm',
  );
  const complex = holdingOf(acc) === 'complex';
  const mapped = map.name((r.map.outputs[0] as { value: number }).value);
  const combine = inline(r.combine, functions, 'c', (k) => (k === 0 ? 'acc' : mapped));
  const combined = combine.text.name((r.combine.outputs[0] as { value: number }).value);
  const head: string[] = [];
  const advance: string[] = [];
  r.map.inputs.forEach((spec, k) => {
    if (spec.kind === 'scalar') return;
    head.push(`const a${k}=A[${k}],s${k}=S[${k}];let p${k}=P[${k}];`);
    advance.push(`p${k}+=s${k};`);
  });
  const assign = complex ? `accr=${combined}r;acci=${combined}i;` : `acc=${combined};`;
  const body = `${accumulatorText(acc, 'acc', 'start')}${head.join('')}for(let i=0;i<n;i++){${map.lines.join('')}${combine.lines.join('')}${assign}${advance.join('')}}return ${complex ? '{re:accr,im:acci}' : 'acc'};`;
  const accumulate = compile<Accumulate>(['n', 'A', 'P', 'S', 'k', 'start'], body, functions);
  const postFunctions = new Map<string, unknown>();
  const post = inline(
    r.post,
    postFunctions,
    'q',
    () => 'acc',
    (k) => `k[${k - 1}]`,
  );
  const out = r.post.outputs[0] as { value: number; dtype: DType };
  const finish = compile<Finish>(
    ['start', 'k', 'a', 'p'],
    `${accumulatorText(acc, 'acc', 'start')}${post.lines.join('')}${post.text.store(out.value, out.dtype, 'a', 'p')}`,
    postFunctions,
  );
  return { accumulate, finish };
}

/** A program whose array operands are variables that exist already. */
function inline(
  program: Program,
  functions: Map<string, unknown>,
  prefix: string,
  operand: (k: number) => string,
  scalar: (k: number) => string = String,
): { text: Text; lines: string[] } {
  const never = (): never => {
    throw new Error('[reduce] combine and post read no arrays');
  };
  const loads = program.code.filter((i) => i.op === 'load');
  const lines: string[] = [];
  for (const i of loads) {
    const v = operand(i.attr as number);
    lines.push(
      i.type.kind === 'c'
        ? `const ${prefix}${i.id}r=${v}r,${prefix}${i.id}i=${v}i;`
        : `const ${prefix}${i.id}=${v};`,
    );
  }
  const rest: Program = Object.assign(Object.create(Object.getPrototypeOf(program)) as Program, program, {
    code: program.code.filter((i) => i.op !== 'load'),
  });
  const text = new Text(rest, { element: never, scalar, coord: never, raw: never }, functions, prefix);
  return { text, lines: [...lines, ...text.lines] };
}

/** The same by closures, where text may not become code. */
function interpretReduce(r: ReduceProgram): Compiled {
  const map = stepsOf(r.map);
  const inner = (program: Program) => {
    const steps = stepsOf({ ...program, code: program.code.filter((i) => i.op !== 'load') } as Program);
    const loads = program.code.filter((i) => i.op === 'load');
    return (operands: readonly Held[], k: readonly Held[]): Held => {
      const values: Held[] = [];
      for (const l of loads) values[l.id] = operands[l.attr as number] as Held;
      const f = { values, arrays: [], p: [], k, c: [], raw: [], i: 0 };
      for (const step of steps) step(f);
      return values[(program.outputs[0] as { value: number }).value] as Held;
    };
  };
  const combine = inner(r.combine);
  const post = inner(r.post);
  const mapped = (r.map.outputs[0] as { value: number }).value;
  const out = (r.post.outputs[0] as { dtype: DType }).dtype;
  return {
    accumulate: (n, arrays, p, s, k, start) => {
      let acc = start;
      const f = { values: [] as Held[], arrays, p: p.slice(), k, c: [], raw: [], i: 0 };
      for (; f.i < n; f.i++) {
        for (const step of map) step(f);
        acc = combine([acc, f.values[mapped] as Held], []);
        for (let j = 0; j < f.p.length; j++) f.p[j] = (f.p[j] as number) + (s[j] as number);
      }
      return acc;
    },
    finish: (acc, k, array, p) =>
      writeElement(array, p, out, castHeld(post([acc], [0, ...k]), computeType(out))),
  };
}

/** Map, combine along `axes`, finish. */
export function reduce(
  program: ReduceProgram,
  inputs: readonly (NdArray | Scalar)[],
  output: NdArray,
  shape: readonly number[],
  axes: readonly number[],
  postScalars: readonly Scalar[],
): void {
  let form = forms.get(program);
  if (form === undefined) {
    form = canCompile() ? compileReduce(program) : interpretReduce(program);
    forms.set(program, form);
  }
  const { accumulate, finish } = form;
  const acc = computeType((program.map.outputs[0] as { dtype: DType }).dtype);
  const identity = scalarAs(program.identity, acc);
  const kept = shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const pick = (axis: readonly number[], from: readonly number[]) => axis.map((i) => from[i] as number);
  const arrays: TypedArray[] = [];
  const scalars: Held[] = [];
  const start: number[] = [];
  const steps = inputs.map((x, k) => {
    if (!(x instanceof NdArray)) {
      scalars[k] = scalarAs(x, (program.map.inputs[k] as { as: DType }).as);
      start.push(0);
      return shape.map(() => 0);
    }
    arrays[k] = x.storage.view(x.dtype);
    start.push(x.offset);
    return broadcastSteps(x.shape, x.steps, shape);
  });
  const out = output.storage.view(output.dtype);
  const post = postScalars.map((v, k) => scalarAs(v, (program.post.inputs[k + 1] as { as: DType }).as));
  const outer: Loops = collapse(pick(kept, shape), [...steps.map((s) => pick(kept, s)), output.steps]);
  const inner = collapse(
    pick(axes, shape),
    steps.map((s) => pick(axes, s)),
  );
  const empty = inner.shape.includes(0);
  walk(outer, [...start, output.offset], (n, p, s) => {
    const at = p.slice();
    for (let i = 0; i < n; i++) {
      let value: Held = identity;
      if (!empty) {
        walk(inner, at.slice(0, -1), (m, q, t) => {
          value = accumulate(m, arrays, q, t, scalars, value);
        });
      }
      finish(value, post, out, at[at.length - 1] as number);
      for (let k = 0; k < at.length; k++) at[k] = (at[k] as number) + (s[k] as number);
    }
  });
}
