import { jsKernels, type Kernels, type NdArray } from '@chainer/xp/internal';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import { writeLines } from './lines.ts';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';

/** Sorting along an axis; complex numbers on js. */
export function sortKernels(native: Native, copy: Kernels['copy']): Pick<Kernels, 'sort' | 'argsort'> {
  const { D, run } = native;
  const sort = native.command('sort');
  const argsort = native.command('argsort');

  function order(command: number, x: NdArray, output: NdArray, axis: number): void {
    if (x.size === 0) return;
    const from = denseInput(x, x.dtype, copy);
    const to = denseOutput(output, output.dtype);
    D[0] = x.dtype.index;
    D[1] = pointer(from);
    D[2] = pointer(to);
    writeLines(D, 3, x, axis);
    run(command);
    finishInput(from, x);
    finishOutput(to, output, copy);
  }

  return {
    sort(x, output, axis) {
      if (x.dtype.kind === 'c') return jsKernels.sort(x, output, axis);
      order(sort, x, output, axis);
    },
    argsort(x, output, axis) {
      if (x.dtype.kind === 'c') return jsKernels.argsort(x, output, axis);
      order(argsort, x, output, axis);
    },
  };
}
