import {
  broadcastSteps,
  collapse,
  type DType,
  type Kernels,
  NdArray,
  type Program,
  type Scalar,
  sameShape,
  sizeOf,
  ValueError,
} from '@chainer/xp/internal';
import { Bindings } from './bindings.ts';
import type { Context } from './context.ts';
import { Many } from './elementwise-many.ts';
import { GpuKernel, type KernelText } from './kernel.ts';
import { Text } from './wgsl/render.ts';
import { classOf, numberOf } from './wgsl/types.ts';

/** How a program is run: along how many axes (0: one flat run), and which operands share buffers. */
interface Variant {
  readonly axes: number;
  /** Elements that a thread computes, 64 apart; more than one only in flat runs. */
  readonly each: number;
  readonly places: readonly number[];
  readonly access: string;
}

/** The kernel of a program. Operands come first, then outputs; scalars have no place. */
export function elementwiseText(program: Program, { axes, each, places, access }: Variant): KernelText {
  const nin = program.inputs.length;
  const fields = ['n: i32'];
  for (let a = 1; a < axes; a++) fields.push(`d${a}: u32`);
  const lines: string[] = [];
  const flat = axes === 0;
  if (!flat) {
    lines.push('var rest = u32(id);');
    for (let a = axes - 1; a > 0; a--) lines.push(`let c${a} = i32(rest % p.d${a}); rest = rest / p.d${a};`);
    lines.push('let c0 = i32(rest);');
  }
  let next = 0;
  const buffers: string[] = [];
  /** Where operand k stands, by the number of the element. */
  const at: ((element: string) => string)[] = [];
  const operand = (k: number, raw: number | null) => {
    buffers[k] = `b${places[next++]}`;
    fields.push(`o${k}: i32`);
    if (raw !== null) {
      for (let a = 0; a < raw; a++) fields.push(`s${k}_${a}: i32`);
      fields.push(`s${k}_flat: i32`);
      return;
    }
    for (let a = 0; a < Math.max(axes, 1); a++) fields.push(`s${k}_${a}: i32`);
    const terms = Array.from({ length: axes }, (_, a) => `c${a} * p.s${k}_${a}`);
    at[k] = (element) => [`p.o${k}`, ...(flat ? [`${element} * p.s${k}_0`] : terms)].join(' + ');
  };
  program.inputs.forEach((spec, k) => {
    if (spec.kind === 'scalar') fields.push(`k${k}: ${classOf(spec.as)}`);
    else operand(k, spec.kind === 'raw' ? spec.ndim : null);
  });
  for (const k of program.outputs.keys()) operand(nin + k, null);
  /** The values of an element, and their stores. */
  const compute = (element: string, suffix: string) => {
    const text = new Text(
      program,
      {
        element: (k) => ({ buffer: buffers[k]!, index: `q${suffix}${k}` }),
        scalar: (k) => `p.k${k}`,
        coord: (axis) => (axis < axes ? `c${axis}` : '0i'),
        raw: (k) => ({
          buffer: buffers[k]!,
          base: `p.o${k}`,
          step: (axis) => (axis < 0 ? `p.s${k}_flat` : `p.s${k}_${axis}`),
        }),
      },
      `v${suffix}`,
    );
    return {
      values: [...at.flatMap((place, k) => `let q${suffix}${k} = ${place(element)};`), ...text.lines],
      stores: program.outputs.map((_, k) => `${buffers[nin + k]}[q${suffix}${nin + k}] = ${text.output(k)};`),
    };
  };
  if (each === 1) {
    const { values, stores } = compute('id', '');
    return {
      access,
      fields,
      size,
      body: ['if (id >= p.n) { return; }', ...lines, ...values, ...stores].join('\n'),
    };
  }
  // What is read beyond the end is not stored.
  const all = Array.from({ length: each }, (_, i) => ({ i, ...compute(`e${i}`, `${i}_`) }));
  return {
    access,
    fields,
    size,
    body: [
      `let first = group * ${size * each}i + lane;`,
      ...all.flatMap(({ i, values }) => [`let e${i} = first + ${size * i}i;`, ...values]),
      ...all.map(({ i, stores }) => `if (e${i} < p.n) { ${stores.join(' ')} }`),
    ].join('\n'),
  };
}

/** Threads of a workgroup. */
const size = 64;
/** What a thread costs besides its element is shared by so many, where there are enough elements and the program is short. */
const most = 4;
const enough = 1 << 14;
const short = 32;

const isArray = (x: NdArray | Scalar): x is NdArray => x instanceof NdArray;

/** Whether a program only computes: no loops, no reads elsewhere, nothing to complain about in what lies beyond an array. */
const plain = (program: Program): boolean =>
  program.code.every(
    ({ op, type }) => op !== 'fold' && op !== 'gather' && (op !== 'pow' || type.kind === 'f'),
  );

/** The error of an integer's negative power, from where it was found. */
const powerComplaint = (a: number, b: number) =>
  new ValueError(
    `[power] integers to negative integer powers are not allowed: ${a} ** ${b}; make one side a float`,
  );

/** Every program is a kernel of its own: one thread computes one element. */
export function elementwiseKernels(ctx: Context): Pick<Kernels, 'elementwise' | 'elementwiseMany'> {
  const { gpu } = ctx;
  const limit = gpu.device.limits.maxStorageBuffersPerShaderStage - 1;
  const many = new Many(ctx);

  function kernelOf(program: Program, variant: Variant): GpuKernel {
    let forms = program.compiled[ctx.slot] as Map<string, GpuKernel> | undefined;
    if (forms === undefined) {
      forms = new Map();
      program.compiled[ctx.slot] = forms;
    }
    const key = `${variant.axes};${variant.each};${variant.places};${variant.access}`;
    let kernel = forms.get(key);
    if (kernel === undefined) {
      kernel = new GpuKernel(gpu, elementwiseText(program, variant));
      forms.set(key, kernel);
    }
    return kernel;
  }

  function elementwise(
    program: Program,
    inputs: readonly (NdArray | Scalar)[],
    outputs: readonly NdArray[],
    shape: readonly number[],
  ): void {
    const n = sizeOf(shape);
    if (n === 0) return;
    const nin = inputs.length;
    const operands = [...inputs.filter(isArray), ...outputs];
    const bindings = new Bindings();
    const raw = (k: number) => k < nin && program.inputs[k]!.kind === 'raw';
    let flat = !program.usesCoord;
    for (let k = 0; k < nin + outputs.length; k++) {
      const x = k < nin ? inputs[k]! : outputs[k - nin]!;
      if (!isArray(x)) continue;
      bindings.add(x, k >= nin);
      if (flat && !raw(k)) flat = x.size === 1 || (x.contiguous && sameShape(x.shape, shape));
    }
    const scratch = bindings.fit(ctx, operands, limit);
    const steps: (readonly number[])[] = [];
    let extents: readonly number[] = [];
    if (!flat) {
      for (let k = 0; k < nin + outputs.length; k++) {
        const x = k < nin ? inputs[k]! : outputs[k - nin]!;
        steps.push(
          isArray(x) && !raw(k)
            ? broadcastSteps(x.shape, x.steps, shape)
            : new Array<number>(shape.length).fill(0),
        );
      }
      if (program.usesCoord) extents = shape.length === 0 ? [1] : shape;
      else {
        const loops = collapse(shape, steps);
        extents = loops.shape;
        loops.steps.forEach((s, k) => {
          steps[k] = s;
        });
      }
    }
    const axes = extents.length;
    const each = flat && n >= enough && program.code.length <= short && plain(program) ? most : 1;
    const { places, access } = bindings;
    const kernel = kernelOf(program, { axes, each, places, access });
    const params: number[] = [n];
    for (let a = 1; a < axes; a++) params.push(extents[a]!);
    let next = 0;
    for (let k = 0; k < nin + outputs.length; k++) {
      const x = k < nin ? inputs[k]! : outputs[k - nin]!;
      if (!isArray(x)) {
        params.push(numberOf(x, program.inputs[k]!.as as DType));
        continue;
      }
      params.push(bindings.offsets[next++]!);
      if (raw(k)) params.push(...x.steps, x.ndim === 1 ? x.steps[0]! : 1);
      else if (flat) params.push(x.size === 1 ? 0 : 1);
      else for (let a = 0; a < axes; a++) params.push(steps[k]![a] ?? 0);
    }
    if (kernel.complains) params.push(gpu.complaint('power', powerComplaint));
    kernel.run(bindings.blocks, params, Math.ceil(n / (size * each)));
    if (scratch !== null) ctx.memory.giveScratchBack(scratch);
  }

  return {
    elementwise,
    elementwiseMany(program, calls) {
      const left =
        calls.length > 1 && plain(program) && !program.usesCoord ? many.run(program, calls) : calls;
      for (const { inputs, outputs, shape } of left) elementwise(program, inputs, outputs, shape);
    },
  };
}
