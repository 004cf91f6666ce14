import { bool, float32, int32, isHalf, jsKernels, type Kernels, type NdArray } from '@chainer/xp/internal';
import { denseInput, denseOutput, finishInput, finishOutput } from './dense.ts';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';

const scanOps = { add: 0, multiply: 1, maximum: 2, minimum: 3 } as const;

/** Writes the lines of a dense array along an axis as `[outer, n, inner]`. */
export function writeLines(D: Float64Array, at: number, x: NdArray, axis: number): void {
  const { shape } = x;
  let outer = 1;
  let inner = 1;
  for (let i = 0; i < axis; i++) outer *= shape[i]!;
  for (let i = axis + 1; i < shape.length; i++) inner *= shape[i]!;
  D[at] = outer;
  D[at + 1] = shape[axis]!;
  D[at + 2] = inner;
}

/** Places of extremes and running combinations along an axis; complex numbers on js. */
export function lineKernels(native: Native, copy: Kernels['copy']): Pick<Kernels, 'argreduce' | 'scan'> {
  const { D, run } = native;
  const argreduce = native.command('argreduce');
  const scan = native.command('scan');

  return {
    argreduce(op, x, output, axis) {
      if (x.dtype.kind === 'c') return jsKernels.argreduce(op, x, output, axis);
      if (x.size === 0) return;
      const from = denseInput(x, isHalf(x.dtype) ? float32 : x.dtype, copy);
      const to = denseOutput(output, int32);
      D[0] = from.dtype.index;
      D[1] = op === 'max' ? 1 : 0;
      D[2] = pointer(from);
      D[3] = pointer(to);
      writeLines(D, 4, x, axis);
      run(argreduce);
      finishInput(from, x);
      finishOutput(to, output, copy);
    },
    scan(op, x, output, axis) {
      const { dtype } = output;
      // Half types round after every step, booleans saturate: few arrays of either are scanned.
      if (dtype.kind === 'c' || isHalf(dtype) || dtype === bool || x.dtype.kind === 'c')
        return jsKernels.scan(op, x, output, axis);
      if (output.size === 0) return;
      const to = denseOutput(output, dtype);
      copy(x, to);
      D[0] = dtype.index;
      D[1] = scanOps[op];
      D[2] = pointer(to);
      writeLines(D, 3, output, axis);
      run(scan);
      finishOutput(to, output, copy);
    },
  };
}
