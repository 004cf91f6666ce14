import {
  broadcastSteps,
  collapse,
  type ElementwiseCall,
  type Kernels,
  NdArray,
  type Program,
  type Scalar,
  sameShape,
  sizeOf,
  ValueError,
} from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { reports } from './cuda/render.ts';
import { passed } from './cuda/types.ts';
import { elementwiseText, type Variant } from './elementwise-text.ts';
import { blocksFor, indexFor, reach, threads } from './grid.ts';
import { CudaKernel, type KernelArgument } from './kernel.ts';
import { aligned } from './storage.ts';

/** Bytes that a thread reads from an array at once. */
const packBytes = 16;
/** A program of more values than that is not written out several times. */
const short = 64;
/** Bytes that a launch may pass by value. */
const mostParameters = 4000;

export const isArray = (x: NdArray | Scalar): x is NdArray => x instanceof NdArray;

/** The error of an integer's negative power, from where it was found. */
const powerComplaint = (a: number, b: number) =>
  new ValueError(
    `[power] integers to negative integer powers are not allowed: ${a} ** ${b}; make one side a float`,
  );

/** Arguments of `reportFields`. */
export function reportArguments(ctx: Context): KernelArgument[] {
  return [ctx.report, ctx.complaint('power', powerComplaint)];
}

/** Programs whose loops and reads elsewhere would make several copies of them long. */
const plain = (program: Program): boolean =>
  program.code.length <= short && program.code.every(({ op }) => op !== 'fold' && op !== 'gather');

/** The kernel of a program in that form. */
export function formOf<K>(
  program: { readonly compiled: unknown[] },
  slot: number,
  key: string,
  make: () => K,
): K {
  let forms = program.compiled[slot] as Map<string, K> | undefined;
  if (forms === undefined) {
    forms = new Map();
    program.compiled[slot] = forms;
  }
  let form = forms.get(key);
  if (form === undefined) {
    form = make();
    forms.set(key, form);
  }
  return form;
}

/** Letters of the operands of a flat run, or null if there is none. */
function flatModes(program: Program, { inputs, outputs, shape }: ElementwiseCall): string | null {
  let modes = '';
  for (let k = 0; k < inputs.length + outputs.length; k++) {
    const x = k < inputs.length ? inputs[k]! : outputs[k - inputs.length]!;
    if (!isArray(x)) modes += 's';
    else if (k < inputs.length && program.inputs[k]!.kind === 'raw') modes += 'r';
    else if (x.contiguous && sameShape(x.shape, shape)) modes += 'a';
    else if (x.size === 1 && k < inputs.length) modes += '1';
    else return null;
  }
  return modes;
}

/** Elements that fit into a pack of the widest operand, if all arrays stand where packs may. */
function widthOf(program: Program, calls: readonly ElementwiseCall[], modes: string): number {
  if (!plain(program)) return 1;
  let widest = 2;
  const arrays: NdArray[] = [];
  for (const { inputs, outputs } of calls) {
    [...inputs, ...outputs].forEach((x, k) => {
      if (modes[k] !== 'a') return;
      widest = Math.max(widest, (x as NdArray).dtype.itemsize);
      arrays.push(x as NdArray);
    });
  }
  const width = packBytes / widest;
  return arrays.every((x) => aligned(x, width * x.dtype.itemsize)) ? width : 1;
}

/** Every program is a kernel of its own, compiled when it is first run in a form. */
export function elementwiseKernels(ctx: Context): Pick<Kernels, 'elementwise' | 'elementwiseMany'> {
  function kernelOf(program: Program, v: Variant): CudaKernel {
    const key = `${v.axes};${v.index};${v.width};${v.modes};${v.many}`;
    return formOf(program, ctx.slot, key, () => new CudaKernel(ctx.launcher, elementwiseText(program, v)));
  }

  function flat(program: Program, call: ElementwiseCall, modes: string): void {
    const { inputs, outputs, shape } = call;
    const n = sizeOf(shape);
    const raws = inputs.filter((x, k): x is NdArray => modes[k] === 'r' && isArray(x));
    const index = indexFor(Math.max(n, ...raws.map((x) => reach(x.shape, x.steps))));
    const width = n > 1 ? widthOf(program, [call], modes) : 1;
    const args: KernelArgument[] = [n];
    [...inputs, ...outputs].forEach((x, k) => {
      if (!isArray(x)) args.push(...passed(x, program.inputs[k]!.as));
      else {
        args.push(x);
        if (modes[k] === 'r') args.push(...x.steps, x.ndim === 1 ? x.steps[0]! : 1);
      }
    });
    if (reports(program)) args.push(...reportArguments(ctx));
    const kernel = kernelOf(program, { axes: 0, index, width, modes, many: 0 });
    kernel.run(args, blocksFor(n, threads * width));
  }

  function strided(program: Program, { inputs, outputs, shape }: ElementwiseCall): void {
    const operands = [...inputs, ...outputs];
    const raw = (k: number) => k < inputs.length && program.inputs[k]!.kind === 'raw';
    const modes = operands.map((x, k) => (!isArray(x) ? 's' : raw(k) ? 'r' : 'a')).join('');
    const walked = operands.map((x, k) =>
      modes[k] === 'a' && isArray(x) ? broadcastSteps(x.shape, x.steps, shape) : shape.map(() => 0),
    );
    const loops = program.usesCoord
      ? {
          shape: shape.length === 0 ? [1] : shape,
          steps: shape.length === 0 ? walked.map(() => [0]) : walked,
        }
      : collapse(shape, walked);
    const axes = loops.shape.length;
    const n = sizeOf(shape);
    const far = operands.map((x, k) =>
      modes[k] === 'r' && isArray(x) ? reach(x.shape, x.steps) : reach(loops.shape, loops.steps[k]!),
    );
    const index = indexFor(Math.max(n, ...far));
    const args: KernelArgument[] = [n, ...loops.shape.slice(1)];
    operands.forEach((x, k) => {
      if (!isArray(x)) args.push(...passed(x, program.inputs[k]!.as));
      else if (modes[k] === 'r') args.push(x, ...x.steps, x.ndim === 1 ? x.steps[0]! : 1);
      else args.push(x, ...loops.steps[k]!);
    });
    if (reports(program)) args.push(...reportArguments(ctx));
    kernelOf(program, { axes, index, width: 1, modes, many: 0 }).run(args, blocksFor(n));
  }

  function one(program: Program, call: ElementwiseCall): void {
    if (sizeOf(call.shape) === 0) return;
    const modes = program.usesCoord ? null : flatModes(program, call);
    if (modes === null) strided(program, call);
    else flat(program, call, modes);
  }

  /** Runs of the same form in one launch: a block looks up whose elements are its own. */
  function together(program: Program, calls: readonly ElementwiseCall[], modes: string): void {
    const bytes = [...modes].reduce((n, m) => n + (m === 's' ? 16 : 8), 8);
    const many = Math.min(64, Math.floor(mostParameters / bytes));
    for (let from = 0; from < calls.length; from += many) {
      const part = calls.slice(from, from + many);
      if (part.length === 1) {
        flat(program, part[0]!, modes);
        continue;
      }
      const width = widthOf(program, part, modes);
      const sizes = part.map(({ shape }) => sizeOf(shape));
      const blocks = sizes.map((n) => blocksFor(n, threads * width * 2));
      const pad = <T>(list: readonly T[], empty: T): T[] => [
        ...list,
        ...new Array<T>(many - list.length).fill(empty),
      ];
      const args: KernelArgument[] = [...pad(sizes, 0), ...pad(blocks, 0)];
      const operands = part.map(({ inputs, outputs }) => [...inputs, ...outputs]);
      for (let k = 0; k < modes.length; k++) {
        const column = operands.map((list) => list[k]!);
        if (modes[k] !== 's') {
          args.push(...pad<KernelArgument>(column as NdArray[], 0));
          continue;
        }
        const values = column.map((x) => passed(x as Scalar, program.inputs[k]!.as));
        values[0]!.forEach((_, j) => {
          args.push(
            ...pad(
              values.map((v) => v[j]!),
              0,
            ),
          );
        });
      }
      if (reports(program)) args.push(...reportArguments(ctx));
      kernelOf(program, { axes: 0, index: 'int', width, modes, many }).run(
        args,
        blocks.reduce((a, b) => a + b, 0),
      );
    }
  }

  return {
    elementwise: (program, inputs, outputs, shape) => one(program, { inputs, outputs, shape }),
    elementwiseMany(program, calls) {
      const groups = new Map<string, ElementwiseCall[]>();
      for (const call of calls) {
        const n = sizeOf(call.shape);
        if (n === 0) continue;
        const modes = program.usesCoord || indexFor(n) !== 'int' ? null : flatModes(program, call);
        if (modes === null || modes.includes('r')) {
          one(program, call);
          continue;
        }
        const group = groups.get(modes);
        if (group === undefined) groups.set(modes, [call]);
        else group.push(call);
      }
      for (const [modes, group] of groups) together(program, group, modes);
    },
  };
}
