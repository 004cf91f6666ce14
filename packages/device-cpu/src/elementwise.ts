import {
  contiguousSteps,
  jsKernels,
  type Kernels,
  NdArray,
  type Program,
  type Scalar,
} from '@chainer/xp/internal';
import { compose, isSum, mostOperands } from './compose.ts';
import { commonLayout, imageLayout, imageSteps, isWhole, type Layout, settle, wouldMove } from './layouts.ts';
import type { Form, Translator } from './lower.ts';
import { argumentCount, type Native } from './native.ts';
import { address, pointer, writeScalar, writeSteps } from './operands.ts';
import type { CpuStorage, Pending } from './storage.ts';

type Operands = readonly (NdArray | Scalar)[];

/** The opaque layout in which a program runs, and whether all operands are walked as one line. */
interface Walk {
  readonly layout: Layout;
  readonly flat: boolean;
}

/** Elementwise kernels, and programs that run when somebody wants what they compute. */
export type Elementwise = Pick<Kernels, 'elementwise' | 'elementwiseMany'> & {
  /** Leaves an array pending: what a program would compute from operands that `imageSteps` knows. */
  defer(program: Program, operands: Operands, y: NdArray, layout: Layout): void;
};

const pendingOf = (x: NdArray | Scalar): Pending | null =>
  x instanceof NdArray ? ((x.storage as CpuStorage).pending ?? null) : null;

/** Programs run block by block in the addon; those it cannot translate (complex numbers, folds) run on js over the same memory. */
export function elementwiseKernels(native: Native, translator: Translator): Elementwise {
  const { D, run } = native;
  const command = native.command('elementwise');

  function operand(
    program: Program,
    k: number,
    x: NdArray | Scalar,
    at: number,
    shape: readonly number[],
    walk: Walk | null,
  ): number {
    if (!(x instanceof NdArray)) {
      writeScalar(native, at, x, program.inputs[k]!.as);
      return at + 1;
    }
    D[at++] =
      walk !== null && x.size !== 1 && (x.storage as CpuStorage).layout !== null ? address(x) : pointer(x);
    if (k < program.inputs.length && program.inputs[k]!.kind === 'raw') {
      for (let i = 0; i < x.ndim; i++) D[at++] = x.steps[i]!;
      return at;
    }
    if (walk !== null) {
      for (const step of imageSteps(x, walk.layout)!) D[at++] = step;
      return at;
    }
    if (shape.length === 0) {
      D[at++] = 0;
      return at;
    }
    return writeSteps(D, at, x, shape);
  }

  /** Writes an operand of a flat loop over arrays of a layout; -1 if it is none. One that is read at computed places has steps of its own. */
  function flatOperand(x: NdArray, raw: boolean, size: number, layout: Layout | null, at: number): number {
    const storage = x.storage as CpuStorage;
    const one = x.size === 1;
    if (storage.layout !== layout && !(one && storage.layout === null)) return -1;
    if (storage.released || (!one && !raw && (x.size !== size || !x.contiguous))) return -1;
    storage.untouched = false;
    D[at++] = storage.address + x.offset * x.dtype.itemsize;
    if (!raw) D[at++] = one && size !== 1 ? 0 : 1;
    else for (let i = 0; i < x.ndim; i++) D[at++] = x.steps[i]!;
    return at;
  }

  /**
   * Writes one run as a flat loop over dense operands of one size, all of which are in that layout; -1 if it is none. Nothing moves. Most
   * runs are of this kind, and small ones take as long as this does.
   */
  function writeFlat(
    program: Program,
    form: Form,
    inputs: Operands,
    outputs: readonly NdArray[],
    start: number,
    layout: Layout | null,
  ): number {
    if (form.coords) return -1;
    const { size } = outputs[0]!;
    D[start] = 1;
    D[start + 1] = size;
    let at = start + 2;
    for (let k = 0; k < inputs.length; k++) {
      const x = inputs[k]!;
      const input = program.inputs[k]!;
      if (x instanceof NdArray) at = flatOperand(x, input.kind === 'raw', size, layout, at);
      else writeScalar(native, at++, x, input.as);
      if (at < 0) return -1;
    }
    for (let k = 0; k < outputs.length; k++) {
      at = flatOperand(outputs[k]!, false, size, layout, at);
      if (at < 0) return -1;
    }
    return at;
  }

  /** The opaque layout that a program can walk through, if there is one. */
  function walkOf(program: Program, form: Form, inputs: Operands, outputs: readonly NdArray[]): Walk | null {
    if (form.coords) return null;
    const common = commonLayout(inputs, outputs);
    const layout = common ?? imageLayout(inputs, outputs);
    if (layout === null || program.inputs.some((i) => i.kind === 'raw')) return null;
    return { layout, flat: common !== null };
  }

  /** Writes one run. */
  function write(
    program: Program,
    form: Form,
    inputs: Operands,
    outputs: readonly NdArray[],
    shape: readonly number[],
    start: number,
    walk: Walk | null,
  ): number {
    if (walk !== null) settle(inputs, outputs, walk.layout);
    if (walk?.flat) {
      const end = writeFlat(program, form, inputs, outputs, start, walk.layout);
      if (end >= 0) return end;
    }
    let at = start;
    if (walk !== null) {
      const { layout } = walk;
      D[at++] = 4;
      D[at++] = layout.shape[0]!;
      D[at++] = layout.shape[1]! / layout.block;
      D[at++] = outputs[0]!.size / (layout.shape[0]! * layout.shape[1]!);
      D[at++] = layout.block;
    } else if (shape.length === 0) {
      D[at++] = 1;
      D[at++] = 1;
    } else {
      D[at++] = shape.length;
      for (let i = 0; i < shape.length; i++) D[at++] = shape[i]!;
    }
    for (let k = 0; k < inputs.length; k++) at = operand(program, k, inputs[k]!, at, shape, walk);
    for (let k = 0; k < outputs.length; k++)
      at = operand(program, inputs.length + k, outputs[k]!, at, shape, walk);
    return at;
  }

  function runOnce(
    program: Program,
    form: Form,
    inputs: Operands,
    outputs: readonly NdArray[],
    shape: readonly number[],
    walk: Walk | null,
  ): void {
    write(program, form, inputs, outputs, shape, 2, walk);
    D[0] = form.pointer;
    D[1] = 1;
    run(command);
  }

  /** A pending array as a program that is computed on the way to what reads it. Operands of it are never what is written meanwhile. */
  function pendingRun(program: Program, operands: Operands, layout: Layout): Pending {
    return {
      program,
      operands,
      joined: false,
      compute(target) {
        const y = new NdArray(
          target,
          program.outputs[0]!.dtype,
          layout.shape,
          contiguousSteps(layout.shape),
          0,
        );
        const form = translator.form(program)!;
        runOnce(program, form, operands, [y], layout.shape, walkOf(program, form, operands, [y]));
      },
    };
  }

  /** Whether the k-th operand can be computed on the way: it is pending, nobody has read it yet, and nothing that it reads is written. */
  function joins(inputs: Operands, k: number, outputs: readonly NdArray[], layout: Layout): boolean {
    const x = inputs[k] as NdArray;
    const pending = pendingOf(x);
    if (pending === null || pending.joined || (x.storage as CpuStorage).layout !== layout) return false;
    if (inputs.length - 1 + pending.operands.length > mostOperands || !isWhole(x)) return false;
    if (inputs.some((other, i) => i !== k && other instanceof NdArray && other.storage === x.storage))
      return false;
    const reads = [x, ...pending.operands];
    return !reads.some((r) => r instanceof NdArray && outputs.some((y) => y.storage === r.storage));
  }

  /** Runs a program together with those that its pending operands wait for; a sum of such waits itself. */
  function runJoined(program: Program, inputs: Operands, outputs: readonly NdArray[], layout: Layout): void {
    let whole = program;
    let operands = inputs;
    for (let k = inputs.length - 1; k >= 0; k--) {
      if (!joins(operands, k, outputs, layout)) continue;
      const pending = pendingOf(operands[k]!)!;
      pending.joined = true;
      whole = compose(whole, k, pending.program);
      operands = [...operands.slice(0, k), ...pending.operands, ...operands.slice(k + 1)];
    }
    const inPlace = operands.some((x) => x instanceof NdArray && x.storage === outputs[0]!.storage);
    if (isSum(program) && whole !== program && !inPlace) return defer(whole, operands, outputs[0]!, layout);
    const form = translator.form(whole)!;
    runOnce(whole, form, operands, outputs, layout.shape, walkOf(whole, form, operands, outputs));
  }

  function defer(program: Program, operands: Operands, y: NdArray, layout: Layout): void {
    for (const x of operands)
      if (x instanceof NdArray && isWhole(x) && x.size === y.size)
        (x.storage as CpuStorage).rearrange(layout);
    (y.storage as CpuStorage).wait(pendingRun(program, operands, layout), layout);
  }

  return {
    defer,
    elementwise(program, inputs, outputs, shape) {
      const form = translator.form(program);
      if (form === null) return jsKernels.elementwise(program, inputs, outputs, shape);
      if (outputs[0]!.size === 0) return;
      if (writeFlat(program, form, inputs, outputs, 2, null) >= 0) {
        D[0] = form.pointer;
        D[1] = 1;
        run(command);
        return;
      }
      const walk = walkOf(program, form, inputs, outputs);
      if (walk !== null && inputs.some((x) => pendingOf(x) !== null))
        return runJoined(program, inputs, outputs, walk.layout);
      runOnce(program, form, inputs, outputs, shape, walk);
    },
    elementwiseMany(program, calls) {
      const form = translator.form(program);
      if (form === null) return jsKernels.elementwiseMany(program, calls);
      let at = 2;
      let n = 0;
      const send = () => {
        if (n === 0) return;
        D[0] = form.pointer;
        D[1] = n;
        run(command);
        at = 2;
        n = 0;
      };
      for (const { inputs, outputs, shape } of calls) {
        if (outputs[0]!.size === 0) continue;
        const axes = Math.max(shape.length, 4);
        if (at + (inputs.length + outputs.length) * (axes + 2) + axes + 2 > argumentCount) send();
        const end = writeFlat(program, form, inputs, outputs, at, null);
        if (end >= 0) {
          at = end;
          n++;
          continue;
        }
        const walk = walkOf(program, form, inputs, outputs);
        // What is written already has addresses of its own.
        if (n > 0 && wouldMove(inputs, outputs, walk?.layout ?? null)) send();
        at = write(program, form, inputs, outputs, shape, at, walk);
        n++;
      }
      send();
    },
  };
}
