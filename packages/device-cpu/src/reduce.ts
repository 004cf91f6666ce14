import {
  bool,
  type DType,
  jsKernels,
  type Kernels,
  NdArray,
  type Program,
  type ReduceProgram,
} from '@chainer/xp/internal';
import { commonLayout, settle } from './layouts.ts';
import { classOf, type Form, type Translator } from './lower.ts';
import type { Native } from './native.ts';
import { address, pointer, writeScalar } from './operands.ts';

const monoids = { add: 0, mul: 1, maximum: 2, minimum: 3, logicalAnd: 4, logicalOr: 5 } as const;

interface ReduceForm {
  readonly map: Form;
  readonly post: Form;
  readonly monoid: number;
  readonly class: number;
  readonly accumulator: DType;
}

/** Reductions by one of the well-known operations run in the addon; other combinations, and complex numbers, on js. */
export function reduceKernels(native: Native, translator: Translator, slot: number): Pick<Kernels, 'reduce'> {
  const { D, run } = native;
  const command = native.command('reduce');

  function translate(program: ReduceProgram): ReduceForm | null {
    const accumulator = program.map.outputs[0]!.dtype;
    if (program.monoid === null || accumulator.kind === 'c') return null;
    // Sums and products of booleans are booleans at every step.
    if (accumulator === bool && (program.monoid === 'add' || program.monoid === 'mul')) return null;
    if (program.monoid.startsWith('logical') && accumulator !== bool) return null;
    if (
      program.map.usesCoord ||
      program.map.inputs.some((i) => i.kind === 'raw') ||
      program.map.inputs.length > 60
    )
      return null;
    if (program.post.inputs.slice(1).some((i) => i.kind !== 'scalar')) return null;
    const map = translator.form(program.map as Program);
    const post = map === null ? null : translator.translate(program.post, true);
    if (map === null || post === null) return null;
    return { map, post, monoid: monoids[program.monoid], class: classOf(accumulator), accumulator };
  }

  return {
    reduce(program, inputs, output, shape, axes, postScalars) {
      let form = program.compiled[slot] as ReduceForm | null | undefined;
      if (form === undefined) {
        form = translate(program);
        program.compiled[slot] = form;
      }
      if (form === null) return jsKernels.reduce(program, inputs, output, shape, axes, postScalars);
      if (output.size === 0) return;
      D[0] = form.map.pointer;
      D[1] = form.post.pointer;
      D[2] = form.monoid;
      D[3] = form.class;
      writeScalar(native, 4, program.identity, form.accumulator);
      let at = 5;
      for (let k = 1; k < program.post.inputs.length; k++)
        writeScalar(native, at++, postScalars[k - 1]!, program.post.inputs[k]!.as);
      const nd = shape.length;
      // A reduction of everything reads an opaque layout as it lies.
      const layout = axes.length === nd ? commonLayout(inputs, []) : null;
      if (layout !== null) settle(inputs, [], layout);
      const keptAt = at++;
      let kept = 0;
      for (let i = 0; i < nd; i++) {
        if (!axes.includes(i)) {
          D[at++] = shape[i]!;
          kept++;
        }
      }
      D[keptAt] = kept;
      D[at++] = axes.length;
      for (let i = 0; i < axes.length; i++) D[at++] = shape[axes[i]!]!;
      for (let k = 0; k < inputs.length; k++) {
        const x = inputs[k]!;
        if (!(x instanceof NdArray)) {
          writeScalar(native, at++, x, program.map.inputs[k]!.as);
          continue;
        }
        D[at++] = layout !== null && x.size !== 1 ? address(x) : pointer(x);
        const lead = nd - x.shape.length;
        const step = (i: number) =>
          i < lead || (x.shape[i - lead] === 1 && shape[i] !== 1) ? 0 : x.steps[i - lead]!;
        for (let i = 0; i < nd; i++) if (!axes.includes(i)) D[at++] = step(i);
        for (let i = 0; i < axes.length; i++) D[at++] = step(axes[i]!);
      }
      D[at++] = pointer(output);
      for (let i = 0; i < kept; i++) D[at++] = output.steps[i]!;
      run(command);
    },
  };
}
