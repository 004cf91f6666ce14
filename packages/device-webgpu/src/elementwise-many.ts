import {
  type ElementwiseCall,
  NdArray,
  type Program,
  type Scalar,
  type Storage,
  sameShape,
} from '@chainer/xp/internal';
import type { Context } from './context.ts';
import type { Block } from './gpu.ts';
import { blockOf, GpuKernel, type KernelText } from './kernel.ts';
import { inlined } from './wgsl/render.ts';
import { classOf, fromWord, numberOf } from './wgsl/types.ts';

/** Threads of a workgroup, and elements that each computes where there are enough and the program is short. */
const size = 64;
const most = 4;
const enough = 1 << 14;
const short = 32;
/** Words of a dispatch's parameters. */
const mostWords = 1024;
/** Arrays of so many bytes and less are moved together: what larger ones take hides a dispatch. */
const movable = 1 << 22;

type Operand = NdArray | Scalar;
const isArray = (x: Operand): x is NdArray => x instanceof NdArray;

/** A call whose arrays are dense, and what it binds. */
interface Run {
  readonly call: ElementwiseCall;
  readonly n: number;
  /** The arrays, outputs last. */
  readonly arrays: readonly NdArray[];
}

/** Several calls that one dispatch computes. */
class Pack {
  readonly runs: Run[] = [];
  readonly blocks: Block[] = [];
  readonly writes: boolean[] = [];
  /** Which binding each array of each call lies in. */
  readonly places: number[][] = [];

  /** Takes up a call, unless its arrays would be too many to bind. */
  add(run: Run, limit: number, firstOutput: number): boolean {
    const wholes = run.arrays.map((x) => wholeOf(blockOf(x)));
    if (this.blocks.length + new Set(wholes.filter((b) => !this.blocks.includes(b))).size > limit)
      return false;
    const places = wholes.map((block, k) => {
      let place = this.blocks.indexOf(block);
      if (place < 0) {
        place = this.blocks.push(block) - 1;
        this.writes.push(false);
      }
      if (k >= firstOutput) this.writes[place] = true;
      return place;
    });
    this.places.push(places);
    this.runs.push(run);
    return true;
  }
}

/** The buffer that a block is a part of. */
const wholeOf = (block: Block): Block => block.whole ?? block;

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/** A float as its bits. */
function bitsOf(x: number): number {
  floats[0] = x;
  return bits[0]!;
}

/** Words of a call in the table of parameters: its first workgroup, its elements, where its arrays start, its scalars. */
const rowsOf = (words: number): number => Math.ceil(words / 4);

/**
 * The kernel of several calls. A workgroup belongs to one of them, which it finds in the table; arrays that all calls have in one
 * buffer are read there, others are chosen by the number of the call.
 */
function packText(program: Program, { places, writes }: Pack, each: number): KernelText {
  const calls = places.length;
  const spots: string[] = [];
  /** The next word of the call's rows. */
  const word = () => {
    const at = spots.push('') - 1;
    return `t${at >> 2}.${'xyzw'[at & 3]}`;
  };
  const [group0, count] = [word(), word()];
  const declarations: string[] = [];
  let next = 0;
  /** Statements by the number of the call, for the buffer that it has in that position. */
  const chosen = (position: number, statement: (buffer: string) => string): string => {
    const by = new Map<number, number[]>();
    for (const [call, list] of places.entries()) {
      const place = list[position]!;
      by.set(place, [...(by.get(place) ?? []), call]);
    }
    const all = [...by].map(([place, some]) => ({ some, body: statement(`b${place}`) }));
    if (all.length === 1) return all[0]!.body;
    const cases = all.map(({ some, body }, i) =>
      i === all.length - 1
        ? `default: { ${body} }`
        : `case ${some.map((c) => `${c}i`).join(', ')}: { ${body} }`,
    );
    return `switch (call) { ${cases.join(' ')} }`;
  };
  const reads: string[] = [];
  const scalars: string[] = [];
  const steps: string[] = [];
  for (const [k, spec] of program.inputs.entries()) {
    if (spec.kind === 'scalar') continue;
    const position = next++;
    steps[k] = word();
    declarations.push(
      `fn get${k}(call: i32, i: i32) -> u32 { ${chosen(position, (buffer) => `return ${buffer}[i];`)} }`,
    );
    reads[k] = `get${k}(call, i32(${steps[k]}) + `;
  }
  const stores = program.outputs.map((_, k) => {
    const position = next++;
    declarations.push(
      `fn set${k}(call: i32, i: i32, v: u32) { ${chosen(position, (buffer) => `${buffer}[i] = v;`)} }`,
    );
    return `set${k}(call, i32(${word()}) + `;
  });
  for (const [k, spec] of program.inputs.entries()) {
    if (spec.kind !== 'scalar') continue;
    scalars[k] = fromWord(classOf(spec.as), word());
  }
  const rows = rowsOf(spots.length);
  const loaded = new Map(program.code.filter((i) => i.op === 'load').map((i) => [i.attr as number, i.type]));
  const parts = Array.from({ length: each }, (_, i) => {
    const text = inlined(
      program,
      `v${i}_`,
      (k) => fromWord(classOf(loaded.get(k)!), `${reads[k]}e${i})`),
      (k) => scalars[k]!,
    );
    return {
      values: [`let e${i} = first + ${size * i}i;`, ...text.lines],
      stores: `if (e${i} < n) { ${stores.map((store, k) => `${store}e${i}, ${text.output(k)});`).join(' ')} }`,
    };
  });
  return {
    access: writes.map((w) => (w ? 'w' : 'r')).join(''),
    fields: [`table: array<vec4<u32>, ${calls * rows}>`],
    size,
    declarations: declarations.join('\n'),
    body: [
      'var call = 0i;',
      `for (var c = 1i; c < ${calls}i; c++) { if (group >= i32(p.table[c * ${rows}i].x)) { call = c; } }`,
      ...Array.from({ length: rows }, (_, r) => `let t${r} = p.table[call * ${rows}i + ${r}i];`),
      `let n = i32(${count});`,
      `let first = (group - i32(${group0})) * ${size * each}i + lane;`,
      ...parts.flatMap(({ values }) => values),
      ...parts.map((part) => part.stores),
    ].join('\n'),
  };
}

/** Runs one program over many lists of operands, in as few dispatches as buffers can be bound. */
export class Many {
  private readonly ctx: Context;
  private readonly limit: number;
  private readonly kernels = new WeakMap<Program, Map<string, GpuKernel>>();
  /** The program that wrote a storage last: one that comes again updates what lives long. */
  private readonly writers = new WeakMap<Storage, Program>();

  constructor(ctx: Context) {
    this.ctx = ctx;
    this.limit = ctx.gpu.device.limits.maxStorageBuffersPerShaderStage;
  }

  /** Runs what can be run together, and returns the other calls. */
  run(program: Program, calls: readonly ElementwiseCall[]): readonly ElementwiseCall[] {
    const left: ElementwiseCall[] = [];
    const runs: Run[] = [];
    for (const call of calls) {
      const run = this.runOf(call);
      if (run === null) left.push(call);
      else runs.push(run);
    }
    const firstOutput = runs.length === 0 ? 0 : runs[0]!.arrays.length - program.outputs.length;
    if (runs.length > 1) this.join(program, runs, firstOutput);
    const room = Math.floor(mostWords / (4 * rowsOf(2 + program.inputs.length + program.outputs.length)));
    let pack = new Pack();
    const packs = [pack];
    for (const run of runs) {
      if (pack.runs.length < room && pack.add(run, this.limit, firstOutput)) continue;
      pack = new Pack();
      packs.push(pack);
      // One call alone may have more arrays than can be bound.
      if (!pack.add(run, this.limit, firstOutput)) left.push(run.call);
    }
    for (const one of packs) {
      if (one.runs.length > 1) this.dispatch(program, one);
      else if (one.runs.length === 1) left.push(one.runs[0]!.call);
    }
    return left;
  }

  /** A call all of whose arrays are dense and are bound whole; null for others. */
  private runOf(call: ElementwiseCall): Run | null {
    const arrays = [...call.inputs.filter(isArray), ...call.outputs];
    const { mostBound } = this.ctx.gpu;
    for (const x of arrays)
      if (!x.contiguous || !sameShape(x.shape, call.shape) || blockOf(x).size > mostBound) return null;
    const n = call.outputs[0]!.size;
    return n === 0 ? null : { call, n, arrays };
  }

  /**
   * Moves arrays that the program wrote before, each kind into one buffer, where that saves bindings: parameters and the state
   * that an optimizer keeps of them are written at every step.
   */
  private join(program: Program, runs: readonly Run[], firstOutput: number): void {
    const bound = new Set(runs.flatMap(({ arrays }) => arrays.map((x) => wholeOf(blockOf(x)))));
    const outputs = program.outputs.map((_, k) => runs.map(({ arrays }) => arrays[firstOutput + k]!.storage));
    const writers = outputs.map((list) => list.map((s) => this.writers.get(s)));
    for (const list of outputs) for (const s of list) this.writers.set(s, program);
    if (bound.size <= this.limit) return;
    for (const [k, list] of outputs.entries()) {
      const some = list.filter((s, i) => writers[k]![i] === program && s.nbytes <= movable);
      if (some.length > 1) this.ctx.memory.join([...new Set(some)]);
    }
  }

  private dispatch(program: Program, pack: Pack): void {
    const { gpu } = this.ctx;
    const all = pack.runs.reduce((sum, { n }) => sum + n, 0);
    const each = all >= enough && program.code.length <= short ? most : 1;
    const key = `${each};${pack.places.map((list) => list.join()).join(';')};${pack.writes.map(Number).join('')}`;
    let forms = this.kernels.get(program);
    if (forms === undefined) {
      forms = new Map();
      this.kernels.set(program, forms);
    }
    let kernel = forms.get(key);
    if (kernel === undefined) {
      kernel = new GpuKernel(gpu, packText(program, pack, each));
      forms.set(key, kernel);
    }
    const params: number[] = [];
    let groups = 0;
    for (const { call, n, arrays } of pack.runs) {
      params.push(groups, n);
      for (const x of arrays) params.push((blockOf(x).start ?? 0) / 4 + x.offset);
      for (const [k, spec] of program.inputs.entries()) {
        if (spec.kind !== 'scalar') continue;
        const value = numberOf(call.inputs[k] as Scalar, spec.as);
        params.push(classOf(spec.as) === 'f32' ? bitsOf(value) : value);
      }
      while (params.length % 4 !== 0) params.push(0);
      groups += Math.ceil(n / (size * each));
    }
    kernel.run(pack.blocks, params, groups);
    for (const { arrays } of pack.runs) for (const x of arrays) blockOf(x).batch = gpu.batch;
  }
}
