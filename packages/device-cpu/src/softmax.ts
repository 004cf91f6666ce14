import { float32, float64, type Kernels, type NdArray } from '@chainer/xp/internal';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';

/** One pass over each row. Half types are computed in float32. */
export function softmaxKernels(
  native: Native,
  copy: Kernels['copy'],
): Pick<Kernels, 'softmax' | 'softmaxGrad'> {
  const { D, run } = native;
  const forward = native.command('softmax');
  const backward = native.command('softmaxGrad');

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
    const { shape } = output;
    let outer = 1;
    let inner = 1;
    for (let i = 0; i < axis; i++) outer *= shape[i]!;
    for (let i = axis + 1; i < shape.length; i++) inner *= shape[i]!;
    D[at++] = outer;
    D[at++] = shape[axis]!;
    D[at++] = inner;
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
  };
}
