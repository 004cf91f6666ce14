import { float32, float64, jsKernels, type Kernels, NdArray } from '@chainer/xp/internal';
import { affine } from './compose.ts';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import type { Elementwise } from './elementwise.ts';
import { commonLayout, type Layout, settle } from './layouts.ts';
import type { CpuMemory } from './memory.ts';
import type { Native } from './native.ts';
import { address, pointer } from './operands.ts';

type NormalizationKernels = Pick<
  Kernels,
  'batchNormalization' | 'batchNormalizationGrad' | 'fixedBatchNormalization'
>;

/** Whether the kept axes are neighbours, so that the array is [outer, channels, inner]. */
function neighbours(axes: readonly number[]): boolean {
  return axes.length > 0 && axes.every((a, i) => i === 0 || a === axes[i - 1]! + 1);
}

/**
 * Batch normalization of floats where the kept axes are neighbours (they nearly always are); otherwise on js. Of blocked images only
 * the statistics are computed at once; the result is pending, since whoever reads it (ReLU, the sum with a shortcut) can compute it on the way.
 */
export function normalizationKernels(
  native: Native,
  memory: CpuMemory,
  { copy, defer }: Pick<Kernels, 'copy'> & Pick<Elementwise, 'defer'>,
): NormalizationKernels {
  const { D, run } = native;
  const forward = native.command('batchNormalization');
  const backward = native.command('batchNormalizationGrad');
  const statistics = native.command('blockedStatistics');
  const fixed = native.command('fixedBatchNormalization');
  const fixedStatistics = native.command('fixedStatistics');
  const blockedBackward = native.command('blockedBatchNormalizationGrad');

  function writeShape(at: number, shape: readonly number[], axes: readonly number[]): number {
    let outer = 1;
    let channels = 1;
    let inner = 1;
    const first = axes[0]!;
    const last = axes[axes.length - 1]!;
    for (let i = 0; i < shape.length; i++) {
      if (i < first) outer *= shape[i]!;
      else if (i <= last) channels *= shape[i]!;
      else inner *= shape[i]!;
    }
    D[at++] = outer;
    D[at++] = channels;
    D[at++] = inner;
    return at;
  }

  /** The layout of images in blocks of channels, if these are what is kept. */
  function blocks(
    inputs: readonly NdArray[],
    output: NdArray,
    gamma: NdArray,
    axes: readonly number[],
  ): Layout | null {
    const layout = commonLayout(inputs, [output]);
    const fits = layout !== null && layout.block > 0 && axes.length === 1 && axes[0] === 1;
    return fits && output.dtype === float32 && gamma.dtype === float32 ? layout : null;
  }

  /** Runs a command over dense inputs and outputs of one type, and over images in an opaque layout if that is not null. */
  function call(
    command: number,
    operands: readonly NdArray[],
    written: readonly boolean[],
    shape: readonly number[],
    axes: readonly number[],
    eps: number,
    layout: Layout | null,
  ): void {
    const dtype = operands[0]!.dtype === float64 ? float64 : float32;
    const dense = operands.map((x, k) => (written[k] ? denseOutput(x, dtype) : denseInput(x, dtype, copy)));
    D[0] = layout !== null ? layout.block : dtype === float64 ? 1 : 0;
    let at = 1;
    for (const x of dense) D[at++] = layout !== null && x.ndim === shape.length ? address(x) : pointer(x);
    at = writeShape(at, shape, axes);
    D[at] = eps;
    run(command);
    operands.forEach((x, k) => {
      if (written[k]) finishOutput(dense[k]!, x, copy);
      else finishInput(dense[k]!, x);
    });
  }

  /** Scale and shift of each channel, in memory that nobody else sees: whoever waits may outlive parameters and statistics. */
  function tableFor(x: NdArray): NdArray {
    const channels = x.shape[1]!;
    const storage = memory.obtainStorage(x.device, 2 * channels * float32.itemsize);
    return new NdArray(storage, float32, [2, channels], [channels, 1], 0);
  }

  /** Leaves `x * scale + shift` pending. */
  function wait(x: NdArray, table: NdArray, y: NdArray, layout: Layout): void {
    const channels = x.shape[1]!;
    const shape = x.shape.slice(1).map((_, i) => (i === 0 ? channels : 1));
    const rows = [0, 1].map(
      (k) =>
        new NdArray(
          table.storage,
          float32,
          shape,
          shape.map(() => 1),
          k * channels,
        ),
    );
    defer(affine, [x, ...rows], y, layout);
  }

  return {
    batchNormalization(x, gamma, beta, y, mean, variance, invStd, axes, eps) {
      if (x.size === 0 || x.dtype.kind !== 'f' || !neighbours(axes)) {
        return jsKernels.batchNormalization(x, gamma, beta, y, mean, variance, invStd, axes, eps);
      }
      const layout = blocks([x], y, gamma, axes);
      const written = [false, false, false, layout === null, true, true, true];
      if (layout === null)
        return call(forward, [x, gamma, beta, y, mean, variance, invStd], written, x.shape, axes, eps, null);
      settle([x], [], layout);
      const table = tableFor(x);
      call(statistics, [x, gamma, beta, table, mean, variance, invStd], written, x.shape, axes, eps, layout);
      wait(x, table, y, layout);
    },
    fixedBatchNormalization(x, gamma, beta, mean, variance, y, axes, eps) {
      if (x.size === 0 || x.dtype.kind !== 'f' || !neighbours(axes)) {
        return jsKernels.fixedBatchNormalization(x, gamma, beta, mean, variance, y, axes, eps);
      }
      const layout = blocks([x], y, gamma, axes);
      if (layout === null) {
        const written = [false, false, false, false, false, true];
        return call(fixed, [x, gamma, beta, mean, variance, y], written, x.shape, axes, eps, null);
      }
      const table = tableFor(x);
      const given = [gamma, beta, mean, variance].map((p) => denseInput(p, float32, copy));
      [...given, table].forEach((p, k) => {
        D[k] = pointer(p);
      });
      D[5] = x.shape[1]!;
      D[6] = eps;
      run(fixedStatistics);
      [gamma, beta, mean, variance].forEach((p, k) => {
        finishInput(given[k]!, p);
      });
      wait(x, table, y, layout);
    },
    batchNormalizationGrad(x, gamma, mean, invStd, gy, gx, ggamma, gbeta, axes) {
      if (x.size === 0 || x.dtype.kind !== 'f' || !neighbours(axes)) {
        return jsKernels.batchNormalizationGrad(x, gamma, mean, invStd, gy, gx, ggamma, gbeta, axes);
      }
      const written = [false, false, false, false, false, true, true, true];
      const operands = [x, gamma, mean, invStd, gy, gx, ggamma, gbeta];
      const layout = blocks([x, gy], gx, gamma, axes);
      if (layout !== null) settle([x, gy], [gx], layout);
      call(layout === null ? backward : blockedBackward, operands, written, x.shape, axes, 0, layout);
    },
  };
}
