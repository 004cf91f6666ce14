import { float32, float64, type Kernels, type NdArray } from '@chainer/xp/internal';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';

/** One pass over each row. Half types are computed in float32. */
export function softmaxKernels(
  native: Native,
  copy: Kernels['copy'],
): Pick<Kernels, 'softmax' | 'softmaxGrad' | 'softmaxStatistics'> {
  const { D, run } = native;
  const forward = native.command('softmax');
  const backward = native.command('softmaxGrad');
  const statistics = native.command('softmaxStatistics');

  function writeLines(at: number, shape: readonly number[], axis: number): number {
    let outer = 1;
    let inner = 1;
    for (let i = 0; i < axis; i++) outer *= shape[i]!;
    for (let i = axis + 1; i < shape.length; i++) inner *= shape[i]!;
    D[at] = outer;
    D[at + 1] = shape[axis]!;
    D[at + 2] = inner;
    return at + 3;
  }

  function call(
    command: number,
    inputs: readonly NdArray[],
    output: NdArray,
    axis: number,
    log: boolean,
  ): void {
    if (output.size === 0) return;
    const dtype = output.dtype === float64 ? float64 : float32;
    const from = inputs.map((x) => denseInput(x, dtype, copy));
    const to = denseOutput(output, dtype);
    D[0] = dtype === float64 ? 1 : 0;
    let at = 1;
    for (const x of from) D[at++] = pointer(x);
    D[at++] = pointer(to);
    at = writeLines(at, output.shape, axis);
    D[at++] = log ? 1 : 0;
    run(command);
    inputs.forEach((x, k) => {
      finishInput(from[k]!, x);
    });
    finishOutput(to, output, copy);
  }

  return {
    softmax: (x, y, axis, log) => call(forward, [x], y, axis, log),
    softmaxGrad: (y, gy, gx, axis, log) => call(backward, [y, gy], gx, axis, log),
    softmaxStatistics(x, max, logSum, axis) {
      if (max.size === 0) return;
      const dtype = x.dtype === float64 ? float64 : float32;
      const from = denseInput(x, dtype, copy);
      const [top, rest] = [denseOutput(max, dtype), denseOutput(logSum, dtype)];
      D[0] = dtype === float64 ? 1 : 0;
      D[1] = pointer(from);
      D[2] = pointer(top);
      D[3] = pointer(rest);
      writeLines(4, x.shape, axis);
      run(statistics);
      finishInput(from, x);
      finishOutput(top, max, copy);
      finishOutput(rest, logSum, copy);
    },
  };
}
