import {
  broadcastSteps,
  collapse,
  computeType,
  type Kernels,
  type ReduceProgram,
  sizeOf,
} from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { reports } from './cuda/render.ts';
import { passed } from './cuda/types.ts';
import { formOf, isArray, reportArguments } from './elementwise.ts';
import { blocksFor, indexFor, reach, threads } from './grid.ts';
import { CudaKernel, type KernelArgument } from './kernel.ts';
import { reduceText, type Variant } from './reduce-text.ts';
import { aligned } from './storage.ts';

/** Threads that keep a large GPU busy; lines are split where results alone are fewer. */
const busy = 1 << 17;
/** Values that one thread takes at least before a line is split. */
const least = 32;

/** Reductions: by a thread, a warp or a block for each result, of long lines in parts that a second run combines. The same in every run. */
export function reduceKernels(ctx: Context): Pick<Kernels, 'reduce'> {
  function kernelOf(program: ReduceProgram, v: Variant): CudaKernel {
    const key = `${v.outer};${v.inner};${v.index};${v.team};${v.width};${v.first};${v.last}`;
    return formOf(program, ctx.slot, key, () => new CudaKernel(ctx.launcher, reduceText(program, v)));
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
      const far = steps.map((s) => reach(shape, s));
      const index = indexFor(Math.max(results, count, reach(output.shape, output.steps), ...far) + count);

      // Whether neighbouring results or neighbours in a line stand side by side in memory.
      const nearest = (list: readonly (readonly number[])[]) =>
        Math.min(...list.map((s) => Math.abs(s.at(-1)!)).filter((s) => s > 0), Number.MAX_SAFE_INTEGER);
      const across = nearest(outer.steps.slice(0, -1)) < nearest(inner.steps) && results >= 32;
      const team = across || count <= 16 ? 1 : count <= 1024 ? 32 : 256;
      const splits = Math.max(
        1,
        Math.min(1024, Math.floor(busy / (results * team)), Math.floor(count / (least * team))),
      );
      const itemsize = Math.max(2, ...arrays.map((x) => x.dtype.itemsize));
      const width = 16 / itemsize;
      const chunk = Math.ceil(Math.ceil(count / splits) / width) * width;
      const vectors =
        team > 1 &&
        program.monoid !== null &&
        count >= width &&
        inner.shape.length === 1 &&
        arrays.every(
          (x, k) =>
            inner.steps[k]![0] === 1 &&
            aligned(x, width * x.dtype.itemsize) &&
            outer.steps[k]!.every((s) => s % width === 0),
        );

      const head = (n: number, length: number, parts: number, each: number): KernelArgument[] => [
        n,
        length,
        parts,
        each,
      ];
      const operands = (): KernelArgument[] => {
        const args: KernelArgument[] = [];
        let next = 0;
        inputs.forEach((x, k) => {
          if (!isArray(x)) args.push(...passed(x, program.map.inputs[k]!.as));
          else {
            args.push(x, ...outer.steps[next]!, ...inner.steps[next]!);
            next++;
          }
        });
        return args;
      };
      const ends = (): KernelArgument[] => [
        output,
        ...outer.steps.at(-1)!,
        ...postScalars.flatMap((s, k) => passed(s, program.post.inputs[k + 1]!.as)),
      ];
      const complaints = [program.map, program.combine, program.post].some(reports)
        ? reportArguments(ctx)
        : [];
      const form = {
        outer: outer.shape.length,
        inner: inner.shape.length,
        index,
        team,
        width: vectors ? width : 1,
      } as const;
      const blocks = (items: number, size: number) => blocksFor(items, threads / size);
      if (splits === 1) {
        kernelOf(program, { ...form, first: true, last: true }).run(
          [
            ...head(results, count, 1, Math.max(count, 1)),
            ...outer.shape,
            ...inner.shape,
            ...operands(),
            ...ends(),
            ...complaints,
          ],
          blocks(results, team),
        );
        return;
      }
      const parts = Math.ceil(count / chunk);
      const { itemsize: bytes } = computeType(program.map.outputs[0]!.dtype);
      const scratch = ctx.memory.scratch(results * parts * bytes);
      kernelOf(program, { ...form, first: true, last: false }).run(
        [
          ...head(results * parts, count, parts, chunk),
          ...outer.shape,
          ...inner.shape,
          ...operands(),
          scratch,
          ...complaints,
        ],
        blocks(results * parts, team),
      );
      const again = team === 1 ? 1 : 32;
      kernelOf(program, {
        outer: form.outer,
        inner: 0,
        index,
        team: again,
        width: 1,
        first: false,
        last: true,
      }).run(
        [...head(results, parts, 1, parts), ...outer.shape, scratch, ...ends(), ...complaints],
        blocks(results, again),
      );
      ctx.memory.giveScratchBack(scratch);
    },
  };
}
