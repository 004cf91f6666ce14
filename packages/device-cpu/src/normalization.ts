import { float32, float64, jsKernels, type Kernels, type NdArray } from '@chainer/xp/internal';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import { commonLayout, type Layout, settle } from './layouts.ts';
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

/** Batch normalization of floats where the kept axes are neighbours (they nearly always are); otherwise on js. */
export function normalizationKernels(native: Native, copy: Kernels['copy']): NormalizationKernels {
  const { D, run } = native;
  const forward = native.command('batchNormalization');
  const backward = native.command('batchNormalizationGrad');
  const blockedForward = native.command('blockedBatchNormalization');
  const fixed = native.command('fixedBatchNormalization');
  const blockedFixed = native.command('blockedFixedBatchNormalization');
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

  return {
    batchNormalization(x, gamma, beta, y, mean, variance, invStd, axes, eps) {
      if (x.size === 0 || x.dtype.kind !== 'f' || !neighbours(axes)) {
        return jsKernels.batchNormalization(x, gamma, beta, y, mean, variance, invStd, axes, eps);
      }
      const written = [false, false, false, true, true, true, true];
      const operands = [x, gamma, beta, y, mean, variance, invStd];
      const layout = blocks([x], y, gamma, axes);
      if (layout !== null) settle([x], [y], layout);
      call(layout === null ? forward : blockedForward, operands, written, x.shape, axes, eps, layout);
    },
    fixedBatchNormalization(x, gamma, beta, mean, variance, y, axes, eps) {
      if (x.size === 0 || x.dtype.kind !== 'f' || !neighbours(axes)) {
        return jsKernels.fixedBatchNormalization(x, gamma, beta, mean, variance, y, axes, eps);
      }
      const written = [false, false, false, false, false, true];
      const layout = blocks([x], y, gamma, axes);
      if (layout !== null) settle([x], [y], layout);
      const command = layout === null ? fixed : blockedFixed;
      call(command, [x, gamma, beta, mean, variance, y], written, x.shape, axes, eps, layout);
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
