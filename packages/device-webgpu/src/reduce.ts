import {
  broadcastSteps,
  collapse,
  computeType,
  type Kernels,
  NdArray,
  type ReduceProgram,
  type Scalar,
  sizeOf,
} from '@chainer/xp/internal';
import { Bindings } from './bindings.ts';
import type { Context } from './context.ts';
import type { Block } from './gpu.ts';
import { GpuKernel, type KernelText } from './kernel.ts';
import { inlined, Text } from './wgsl/render.ts';
import { classOf, fromWord, literal, numberOf, toWord } from './wgsl/types.ts';

/** Threads of a workgroup; so many reduce one line together at most. */
const lanes = 64;
/** Values that one thread combines before it adds them to the others: sums of few values lose few digits. */
const run = 64;

/** How a reduction is run. */
interface Variant {
  /** Axes of the loops over results, and over what is combined. */
  readonly outer: number;
  readonly inner: number;
  readonly places: readonly number[];
  readonly access: string;
  /** Threads for each result: one, or a workgroup of so many. */
  readonly team: number;
  /** Reads operands, or accumulators that a run before has left. */
  readonly first: boolean;
  /** Finishes, or leaves accumulators. */
  readonly last: boolean;
}

/** Statements that take an index apart into coordinates `name0`, `name1`, …. */
function coordinates(name: string, index: string, extents: readonly string[]): string[] {
  const n = extents.length;
  if (n === 1) return [`let ${name}0 = i32(${index});`];
  const lines = [`var ${name}r = u32(${index});`];
  for (let a = n - 1; a > 0; a--)
    lines.push(`let ${name}${a} = i32(${name}r % ${extents[a]}); ${name}r = ${name}r / ${extents[a]};`);
  lines.push(`let ${name}0 = i32(${name}r);`);
  return lines;
}

/** The kernel of a reduction. Work item `item` is a result and, where lines are split, one of `splits` parts of its line. */
export function reduceText(r: ReduceProgram, v: Variant): KernelText {
  const acc = computeType(r.map.outputs[0]!.dtype);
  const type = classOf(acc);
  const identity = literal(type, numberOf(r.identity, acc));
  const fields = ['items: i32', 'count: i32', 'splits: i32', 'chunk: i32'];
  const outer: string[] = [];
  const inner: string[] = [];
  for (let a = 0; a < v.outer; a++) fields.push(`d${a}: u32`);
  for (let a = 0; a < v.inner; a++) fields.push(`e${a}: u32`);
  const extents = (name: string, n: number) => Array.from({ length: n }, (_, a) => `p.${name}${a}`);

  let mapped: string;
  let mapping: readonly string[];
  let next = 0;
  if (v.first) {
    const buffers: string[] = [];
    r.map.inputs.forEach((spec, k) => {
      if (spec.kind === 'scalar') {
        fields.push(`m${k}: ${classOf(spec.as)}`);
        return;
      }
      buffers[k] = `b${v.places[next++]}`;
      fields.push(`o${k}: i32`);
      const base = [`p.o${k}`];
      const along = [`a${k}`];
      for (let a = 0; a < v.outer; a++) {
        fields.push(`s${k}_${a}: i32`);
        base.push(`c${a} * p.s${k}_${a}`);
      }
      for (let a = 0; a < v.inner; a++) {
        fields.push(`t${k}_${a}: i32`);
        along.push(`i${a} * p.t${k}_${a}`);
      }
      outer.push(`let a${k} = ${base.join(' + ')};`);
      inner.push(`let q${k} = ${along.join(' + ')};`);
    });
    const never = (): never => {
      throw new Error(`[${r.name}] coordinates and raw operands have no place in a reduction`);
    };
    const text = new Text(
      r.map,
      {
        element: (k) => ({ buffer: buffers[k]!, index: `q${k}` }),
        scalar: (k) => `p.m${k}`,
        coord: never,
        raw: never,
      },
      'm',
    );
    inner.unshift(...coordinates('i', 't', extents('e', v.inner)));
    mapping = text.lines;
    mapped = text.name(r.map.outputs[0]!.value);
  } else {
    mapping = [];
    mapped = fromWord(type, `b${v.places[next++]}[result * p.count + t]`);
  }
  const combine = (prefix: string, a: string, b: string): { lines: string; value: string } => {
    const text = inlined(r.combine, prefix, (k) => (k === 0 ? a : b));
    return { lines: text.lines.join('\n'), value: text.name(r.combine.outputs[0]!.value) };
  };
  const out = `b${v.places[next]}`;
  const leave: string[] = [];
  if (v.last) {
    fields.push('o: i32');
    const at = ['p.o'];
    for (let a = 0; a < v.outer; a++) {
      fields.push(`w${a}: i32`);
      at.push(`c${a} * p.w${a}`);
    }
    const post = inlined(
      r.post,
      'f',
      () => 'acc',
      (k) => `p.k${k}`,
    );
    r.post.inputs.forEach((spec, k) => {
      if (k > 0) fields.push(`k${k}: ${classOf(spec.as)}`);
    });
    leave.push(...post.lines, `${out}[${at.join(' + ')}] = ${post.output(0)};`);
  } else leave.push(`${out}[item] = ${toWord(type, 'acc')};`);

  const one = combine('g', 'part', 'value');
  const two = combine('h', 'acc', 'part');
  const ordered = r.monoid === null;
  const { team } = v;
  const grouped = team > 1;
  // Threads of a group take values in turn, or neighbours where the combination must keep to the order.
  const bounds = grouped
    ? ordered
      ? `let each = (end - begin + ${team - 1}i) / ${team}i; var t = begin + lane * each; let stop = min(end, t + each); let by = 1i;`
      : `var t = begin + lane; let stop = end; let by = ${team}i;`
    : 'var t = begin; let stop = end; let by = 1i;';
  const sum = `
var acc = ${identity};
while (t < stop) {
  var part = ${identity};
  for (var u = 0i; u < ${run}i && t < stop; u++) {
    ${inner.join('\n')}
    ${mapping.join('\n')}
    let value = ${mapped};
    ${one.lines}
    part = ${one.value};
    t += by;
  }
  ${two.lines}
  acc = ${two.value};
}`;
  const item = `
let result = item / p.splits;
let begin = (item % p.splits) * p.chunk;
let end = min(p.count, begin + p.chunk);
${coordinates('c', 'result', extents('d', v.outer)).join('\n')}
${outer.join('\n')}
${bounds}`;
  if (!grouped) {
    return {
      access: v.access,
      fields,
      size: lanes,
      body: `if (id >= p.items) { return; }\nlet item = id;${item}${sum}\n${leave.join('\n')}`,
    };
  }
  const tree = combine('h', 'shared_[lane]', 'shared_[lane + s]');
  return {
    access: v.access,
    fields,
    size: team,
    declarations: `var<workgroup> shared_: array<${type}, ${team}>;`,
    body: `if (group >= p.items) { return; }
let item = group;${item}${sum}
shared_[lane] = acc;
for (var s = 1i; s < ${team}i; s = s * 2i) {
  workgroupBarrier();
  if (lane % (2i * s) == 0i) {
    ${tree.lines}
    shared_[lane] = ${tree.value};
  }
}
if (lane == 0i) {
  acc = shared_[0];
  ${leave.join('\n')}
}`,
  };
}

const isArray = (x: NdArray | Scalar): x is NdArray => x instanceof NdArray;

/** Reductions: a thread for each result where there are many, a workgroup where there are few, lines in parts where they are long. */
export function reduceKernels(ctx: Context): Pick<Kernels, 'reduce'> {
  const { gpu } = ctx;
  const limit = gpu.device.limits.maxStorageBuffersPerShaderStage - 2;

  function kernelOf(program: ReduceProgram, v: Variant): GpuKernel {
    let forms = program.compiled[ctx.slot] as Map<string, GpuKernel> | undefined;
    if (forms === undefined) {
      forms = new Map();
      program.compiled[ctx.slot] = forms;
    }
    const key = `${v.outer};${v.inner};${v.places};${v.access};${v.team};${v.first};${v.last}`;
    let kernel = forms.get(key);
    if (kernel === undefined) {
      kernel = new GpuKernel(gpu, reduceText(program, v));
      forms.set(key, kernel);
    }
    return kernel;
  }

  return {
    reduce(program, inputs, output, shape, axes, postScalars) {
      if (output.size === 0) return;
      const kept = shape.map((_, i) => i).filter((i) => !axes.includes(i));
      const pick = (which: readonly number[], from: readonly number[]) => which.map((i) => from[i]!);
      const arrays = inputs.filter(isArray);
      const steps = arrays.map((x) => broadcastSteps(x.shape, x.steps, shape));
      const outer = collapse(pick(kept, shape), [...steps.map((s) => pick(kept, s)), output.steps]);
      const inner = collapse(
        pick(axes, shape),
        steps.map((s) => pick(axes, s)),
      );
      const count = sizeOf(inner.shape);
      const results = output.size;
      const grouped = results < 2048 && count > 64;
      const team = grouped ? gpu.team(lanes) : 1;
      const splits = grouped && results < 64 ? Math.min(128, Math.ceil(count / 4096)) : 1;
      const bindings = new Bindings();
      for (const x of arrays) bindings.add(x, false);
      const scratch = bindings.fit(ctx, arrays, limit);
      const offsets = bindings.offsets.slice();

      const head = (n: number, length: number, parts: number) => [
        n,
        length,
        parts,
        Math.ceil(length / parts),
      ];
      const operands = (): number[] => {
        const params: number[] = [];
        let next = 0;
        inputs.forEach((x, k) => {
          if (!isArray(x)) params.push(numberOf(x, program.map.inputs[k]!.as));
          else {
            params.push(offsets[next]!, ...outer.steps[next]!, ...inner.steps[next]!);
            next++;
          }
        });
        return params;
      };
      const ends = (): number[] => [
        output.offset,
        ...outer.steps.at(-1)!,
        ...postScalars.map((s, k) => numberOf(s, program.post.inputs[k + 1]!.as)),
      ];
      const shared = { outer: outer.shape.length, inner: inner.shape.length };
      let parts: Block | null = null;
      if (splits === 1) {
        bindings.add(output, true);
        const { places, access, blocks } = bindings;
        const kernel = kernelOf(program, { ...shared, places, access, team, first: true, last: true });
        const params = [...head(results, count, 1), ...outer.shape, ...inner.shape, ...operands(), ...ends()];
        if (grouped) kernel.run(blocks, params, results);
        else kernel.runOver(results, blocks, params);
      } else {
        parts = ctx.memory.scratch(results * splits * 4);
        const places = [...bindings.places, bindings.blocks.length];
        const access = `${bindings.access}w`;
        kernelOf(program, { ...shared, places, access, team, first: true, last: false }).run(
          [...bindings.blocks, parts],
          [...head(results * splits, count, splits), ...outer.shape, ...inner.shape, ...operands()],
          results * splits,
        );
        const end = new Bindings();
        end.add(output, true);
        const finish = kernelOf(program, {
          outer: shared.outer,
          inner: 0,
          places: [0, 1],
          access: 'rw',
          team: 1,
          first: false,
          last: true,
        });
        finish.runOver(
          results,
          [parts, ...end.blocks],
          [...head(results, splits, 1), ...outer.shape, ...ends()],
        );
      }
      if (parts !== null) ctx.memory.giveScratchBack(parts);
      if (scratch !== null) ctx.memory.giveScratchBack(scratch);
    },
  };
}
