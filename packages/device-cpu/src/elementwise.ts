import { jsKernels, type Kernels, NdArray, type Program, type Scalar } from '@chainer/xp/internal';
import { commonLayout, type Layout, settle, wouldMove } from './layouts.ts';
import type { Form, Translator } from './lower.ts';
import { argumentCount, type Native } from './native.ts';
import { address, pointer, writeScalar, writeSteps } from './operands.ts';

/** Programs run block by block in the addon; those it cannot translate (complex numbers, folds) run on js over the same memory. */
export function elementwiseKernels(
  native: Native,
  translator: Translator,
): Pick<Kernels, 'elementwise' | 'elementwiseMany'> {
  const { D, run } = native;
  const command = native.command('elementwise');

  function operand(
    program: Program,
    k: number,
    x: NdArray | Scalar,
    at: number,
    shape: readonly number[],
    flat: number,
    layout: Layout | null,
  ): number {
    if (!(x instanceof NdArray)) {
      writeScalar(native, at, x, program.inputs[k]!.as);
      return at + 1;
    }
    D[at++] = layout !== null && x.size !== 1 ? address(x) : pointer(x);
    if (k < program.inputs.length && program.inputs[k]!.kind === 'raw') {
      for (let i = 0; i < x.ndim; i++) D[at++] = x.steps[i]!;
      return at;
    }
    if (flat >= 0) {
      D[at++] = x.size === 1 && flat !== 1 ? 0 : 1;
      return at;
    }
    if (shape.length === 0) {
      D[at++] = 0;
      return at;
    }
    return writeSteps(D, at, x, shape);
  }

  /** The opaque layout that a program can walk through as if it were flat. */
  function layoutFor(
    program: Program,
    form: Form,
    inputs: readonly (NdArray | Scalar)[],
    outputs: readonly NdArray[],
  ): Layout | null {
    const layout = commonLayout(inputs, outputs);
    if (layout === null || form.coords) return null;
    return program.inputs.some((i) => i.kind === 'raw') ? null : layout;
  }

  /** Writes one run. Dense operands of one size, and those of one opaque layout, are a single flat loop. */
  function write(
    program: Program,
    form: Form,
    inputs: readonly (NdArray | Scalar)[],
    outputs: readonly NdArray[],
    shape: readonly number[],
    start: number,
    layout: Layout | null,
  ): number {
    if (layout !== null) settle(inputs, outputs, layout);
    let at = start;
    const size = outputs[0]!.size;
    let flat = !form.coords;
    for (let k = 0; flat && k < inputs.length; k++) {
      const x = inputs[k]!;
      if (x instanceof NdArray && program.inputs[k]!.kind !== 'raw')
        flat = x.size === 1 || (x.contiguous && x.size === size);
    }
    for (let k = 0; flat && k < outputs.length; k++) flat = outputs[k]!.contiguous;
    if (flat) {
      D[at++] = 1;
      D[at++] = size;
    } else if (shape.length === 0) {
      D[at++] = 1;
      D[at++] = 1;
    } else {
      D[at++] = shape.length;
      for (let i = 0; i < shape.length; i++) D[at++] = shape[i]!;
    }
    const many = flat ? size : -1;
    for (let k = 0; k < inputs.length; k++) at = operand(program, k, inputs[k]!, at, shape, many, layout);
    for (let k = 0; k < outputs.length; k++)
      at = operand(program, inputs.length + k, outputs[k]!, at, shape, many, layout);
    return at;
  }

  return {
    elementwise(program, inputs, outputs, shape) {
      const form = translator.form(program);
      if (form === null) return jsKernels.elementwise(program, inputs, outputs, shape);
      if (outputs[0]!.size === 0) return;
      write(program, form, inputs, outputs, shape, 2, layoutFor(program, form, inputs, outputs));
      D[0] = form.pointer;
      D[1] = 1;
      run(command);
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
        if (at + (inputs.length + outputs.length) * (shape.length + 2) + shape.length + 2 > argumentCount)
          send();
        const layout = layoutFor(program, form, inputs, outputs);
        // What is written already has addresses of its own.
        if (n > 0 && wouldMove(inputs, outputs, layout)) send();
        at = write(program, form, inputs, outputs, shape, at, layout);
        n++;
      }
      send();
    },
  };
}
