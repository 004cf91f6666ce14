import { type DType, type Kernels, NdArray } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import { computing, floating } from './floating.ts';
import { blocksFor, indexOf, threads } from './grid.ts';
import type { KernelArgument } from './kernel.ts';
import { fusedText, gradText, statisticsText, sumsText, transformText } from './normalization-text.ts';

/** Elements of a channel that a block holds in its registers: statistics and results then take one pass. */
export const mostHeld = 4096;
/** Blocks that keep a large GPU busy: channels are split where they are fewer. */
const busy = 512;

/** Elements of a channel stand in `outer` runs of `inner`, every `channels * inner`. */
export interface Layout {
  readonly channels: number;
  readonly inner: number;
}

/** The array seen so that the kept axes are neighbours. */
export function gathered(x: NdArray, axes: readonly number[]): { view: NdArray; layout: Layout } {
  const others = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const together = axes.every((a, k) => k === 0 || a === axes[k - 1]! + 1);
  const size = (which: readonly number[]) => which.reduce((n, a) => n * x.shape[a]!, 1);
  if (together) {
    const first = axes[0] ?? x.ndim;
    return { view: x, layout: { channels: size(axes), inner: size(others.filter((a) => a > first)) } };
  }
  const order = [...axes, ...others];
  const view = new NdArray(
    x.storage,
    x.dtype,
    order.map((a) => x.shape[a]!),
    order.map((a) => x.steps[a]!),
    x.offset,
  );
  return { view, layout: { channels: size(axes), inner: size(others) } };
}

/** Batch normalization and its gradients, over any kept axes: those of layers are over the others. */
export function normalizationKernels(
  ctx: Context,
  copy: Kernels['copy'],
): Pick<Kernels, 'batchNormalization' | 'fixedBatchNormalization' | 'batchNormalizationGrad'> {
  const { kernels, memory } = ctx;
  const names = (list: readonly DType[]) => list.map((d) => d.name).join();

  /** How the elements of a channel are shared out. */
  function plan({ channels, inner }: Layout, m: number) {
    // Channels that are neighbours in memory belong to neighbouring threads.
    const team: 1 | 256 = inner < 16 && channels >= 32 && m > inner ? 1 : 256;
    const blocks = team === 1 ? Math.ceil(channels / threads) : channels;
    const splits = Math.max(1, Math.min(Math.floor(busy / blocks), Math.floor(m / (team * 16))));
    const chunk = Math.ceil(m / splits);
    const held = m <= mostHeld && team === 256 ? 2 ** Math.ceil(Math.log2(Math.max(1, m / threads))) : 0;
    return { team, splits: Math.max(1, Math.ceil(m / chunk)), chunk, held };
  }

  return {
    batchNormalization(x, gamma, beta, y, mean, variance, invStd, axes, eps) {
      const { layout } = gathered(x, axes);
      const { channels, inner } = layout;
      if (channels === 0) return;
      const m = x.size / channels;
      const dense = new Dense(copy);
      const out = dense.output(gathered(y, axes).view, floating(y.dtype));
      const from = dense.input(gathered(x, axes).view, floating(x.dtype));
      const kept = [mean, variance, invStd].map((s) => dense.output(s, floating(s.dtype)));
      const weights = [gamma, beta].map((s) => dense.input(s, floating(s.dtype)));
      const dtypes = [from, out, ...kept, ...weights].map((a) => a.dtype);
      const T = computing(...dtypes);
      const index = indexOf(x);
      const { team, splits, chunk, held } = plan(layout, m);
      const key = `${names(dtypes)};${index}`;
      if (held > 0) {
        kernels
          .get(`batchNormalization;fused;${held};${key}`, () => fusedText(T, index, held, dtypes))
          .run([channels, inner, m, from, out, ...kept, ...weights, eps], blocksFor(channels, 1));
      } else {
        const scratch = memory.scratch(channels * splits * 3 * (T === 'double' ? 8 : 4));
        const blocks = blocksFor(channels * splits, team === 1 ? threads : 1);
        kernels
          .get(`batchNormalization;statistics;${team};${key}`, () =>
            statisticsText(T, index, team, false, dtypes),
          )
          .run([channels, inner, m, splits, chunk, from, scratch], blocks);
        kernels
          .get(`batchNormalization;merge;${key}`, () => statisticsText(T, index, 1, true, dtypes))
          .run([channels, inner, m, splits, chunk, scratch, ...kept, eps], blocksFor(channels));
        memory.giveScratchBack(scratch);
        transform([out, from, ...weights, kept[0]!, kept[2]!], layout, null);
      }
      dense.finish();
    },

    fixedBatchNormalization(x, gamma, beta, mean, variance, y, axes, eps) {
      const { layout } = gathered(x, axes);
      if (x.size === 0) return;
      const dense = new Dense(copy);
      const out = dense.output(gathered(y, axes).view, floating(y.dtype));
      const from = dense.input(gathered(x, axes).view, floating(x.dtype));
      const given = [gamma, beta, mean, variance].map((s) => dense.input(s, floating(s.dtype)));
      transform([out, from, ...given], layout, eps);
      dense.finish();
    },

    batchNormalizationGrad(x, gamma, mean, invStd, gy, gx, ggamma, gbeta, axes) {
      const { layout } = gathered(x, axes);
      const { channels, inner } = layout;
      if (channels === 0) return;
      const m = x.size / channels;
      const dense = new Dense(copy);
      const out = dense.output(gathered(gx, axes).view, floating(gx.dtype));
      const results = [ggamma, gbeta].map((s) => dense.output(s, floating(s.dtype)));
      const from = dense.input(gathered(x, axes).view, floating(x.dtype));
      const grads = dense.input(gathered(gy, axes).view, floating(gy.dtype));
      const given = [mean, invStd].map((s) => dense.input(s, floating(s.dtype)));
      const weight = dense.input(gamma, floating(gamma.dtype));
      const index = indexOf(x);
      const { team, splits, chunk } = plan(layout, m);
      const first = [from, grads, ...given];
      const dtypes = [...first, ...results].map((a) => a.dtype);
      const T = computing(out.dtype, weight.dtype, ...dtypes);
      // The sums are kept as they are computed: results of a half type would lose digits that the elements need.
      const sums = memory.scratch(channels * 2 * (T === 'double' ? 8 : 4));
      const parts = memory.scratch(channels * splits * 2 * (T === 'double' ? 8 : 4));
      const key = `${names(dtypes)};${T};${index}`;
      kernels
        .get(`batchNormalizationGrad;sums;${team};${key}`, () => sumsText(T, index, team, false, dtypes))
        .run(
          [channels, inner, m, splits, chunk, ...first, parts],
          blocksFor(channels * splits, team === 1 ? threads : 1),
        );
      kernels
        .get(`batchNormalizationGrad;merge;${key}`, () => sumsText(T, index, 1, true, dtypes))
        .run([channels, inner, m, splits, chunk, ...first, parts, ...results, sums], blocksFor(channels));
      if (x.size > 0) {
        const arrays = [out, from, grads, weight, ...given];
        const all = arrays.map((a) => a.dtype);
        kernels
          .get(`batchNormalizationGrad;${names(all)};${T};${index}`, () => gradText(T, index, all))
          .run([x.size, channels, inner, m, ...arrays, sums], blocksFor(x.size));
      }
      memory.giveScratchBack(sums);
      memory.giveScratchBack(parts);
      dense.finish();
    },
  };

  /** @param arrays y, x, gamma, beta, mean, and the inverse deviation; or, with `eps`, the variance. */
  function transform(arrays: readonly NdArray[], { channels, inner }: Layout, eps: number | null): void {
    const n = arrays[0]!.size;
    if (n === 0) return;
    const dtypes = arrays.map((a) => a.dtype);
    const index = indexOf(arrays[0]!);
    const args: KernelArgument[] = [n, channels, inner, ...arrays, eps ?? 0];
    kernels
      .get(`batchNormalization;${names(dtypes)};${eps !== null};${index}`, () =>
        transformText(computing(...dtypes), index, eps !== null, dtypes),
      )
      .run(args, blocksFor(n));
  }
}
