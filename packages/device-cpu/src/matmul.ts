import { type DType, emptyOn, float32, jsKernels, type Kernels, type NdArray } from '@chainer/xp/internal';
import { finishInput, finishOutput } from './dense.ts';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';

/** Rows at a constant distance: 1 means columns lie together (as they are), 2 rows do (transposed), 0 neither. */
function layoutOf(x: NdArray): 0 | 1 | 2 {
  const nd = x.ndim;
  const rows = x.shape[nd - 2]!;
  const cols = x.shape[nd - 1]!;
  const r = x.steps[nd - 2]!;
  const c = x.steps[nd - 1]!;
  if ((c === 1 || cols === 1) && (r >= cols || rows === 1)) return 1;
  if ((r === 1 || rows === 1) && (c >= rows || cols === 1)) return 2;
  return 0;
}

/** Distance between rows (or columns); at least their length, as libraries demand even where there is only one. */
function strideOf(x: NdArray, layout: 1 | 2): number {
  const nd = x.ndim;
  return layout === 1
    ? Math.max(x.shape[nd - 2]! === 1 ? 0 : x.steps[nd - 2]!, x.shape[nd - 1]!, 1)
    : Math.max(x.shape[nd - 1]! === 1 ? 0 : x.steps[nd - 1]!, x.shape[nd - 2]!, 1);
}

/** Products of float32 by oneDNN, of float64 and complex numbers by OpenBLAS; half types by way of float32, integers on js. */
export function matmulKernels(native: Native, copy: Kernels['copy']): Pick<Kernels, 'matmul'> {
  const { D, run } = native;
  const command = native.command('matmul');

  /** The array, or a dense copy if its rows do not lie as a library can read them. */
  function readable(x: NdArray, dtype: DType): NdArray {
    if (x.dtype === dtype && layoutOf(x) !== 0) return x;
    const dense = emptyOn(x.device, x.shape, dtype);
    if (x.size > 0) copy(x, dense);
    return dense;
  }

  /** Whether leading axes of `x` continue its rows without a jump, so that they can join them. */
  function joins(x: NdArray): boolean {
    let step = x.shape[x.ndim - 2]! * x.steps[x.ndim - 2]!;
    for (let i = x.ndim - 3; i >= 0; i--) {
      if (x.shape[i] !== 1 && x.steps[i] !== step) return false;
      step *= x.shape[i]!;
    }
    return true;
  }

  return {
    matmul(a, b, output, bias) {
      if (output.size === 0) return;
      const { kind, itemsize } = output.dtype;
      if (kind !== 'f' && kind !== 'c') return jsKernels.matmul(a, b, output, bias);
      const dtype = itemsize === 2 ? float32 : output.dtype;
      const A = readable(a, dtype);
      const Bm = readable(b, dtype);
      const nd = output.ndim;
      const writable = output.dtype === dtype && layoutOf(output) === 1;
      const Y = writable ? output : emptyOn(output.device, output.shape, dtype);
      const added = bias === null || bias.dtype === dtype ? bias : readable1(bias, dtype);
      let m = output.shape[nd - 2]!;
      let batchAxes = nd - 2;
      let still = batchAxes > 0 && layoutOf(A) === 1 && A.ndim === nd;
      for (let i = 0; still && i < Bm.ndim - 2; i++) still = Bm.shape[i] === 1 || Bm.steps[i] === 0;
      for (let i = 0; still && i < nd - 2; i++) still = A.shape[i] === output.shape[i];
      if (still && joins(A) && joins(Y)) {
        for (let i = 0; i < nd - 2; i++) m *= output.shape[i]!;
        batchAxes = 0;
      }
      const la = layoutOf(A) as 1 | 2;
      const lb = layoutOf(Bm) as 1 | 2;
      D[0] = dtype.index;
      D[1] = m;
      D[2] = output.shape[nd - 1]!;
      D[3] = A.shape[A.ndim - 1]!;
      D[4] = pointer(A);
      D[5] = la - 1;
      D[6] = strideOf(A, la);
      D[7] = pointer(Bm);
      D[8] = lb - 1;
      D[9] = strideOf(Bm, lb);
      D[10] = pointer(Y);
      D[11] = Math.max(Y.shape[nd - 2] === 1 ? 0 : Y.steps[nd - 2]!, Y.shape[nd - 1]!);
      if (batchAxes === 0 && nd > 2 && output.shape[nd - 2] === 1) {
        // One row in each matrix: the rows' distance is that of the axis before.
        D[6] = joinedStride(A, D[6]!);
        D[11] = joinedStride(Y, D[11]!);
      }
      D[12] = added === null ? 0 : pointer(added);
      D[13] = added === null ? 0 : added.steps[0]!;
      D[14] = batchAxes;
      let at = 15;
      for (let i = 0; i < batchAxes; i++) D[at++] = output.shape[i]!;
      for (const x of [A, Bm, Y]) {
        const lead = nd - x.ndim;
        for (let i = 0; i < batchAxes; i++)
          D[at++] = i < lead || x.shape[i - lead] === 1 ? 0 : x.steps[i - lead]!;
      }
      run(command);
      finishInput(A, a);
      finishInput(Bm, b);
      if (added !== null && added !== bias) added.storage.release();
      finishOutput(Y, output, copy);
    },
  };

  function readable1(x: NdArray, dtype: DType): NdArray {
    const dense = emptyOn(x.device, x.shape, dtype);
    copy(x, dense);
    return dense;
  }
}

/** Step of the innermost leading axis that has more than one matrix. */
function joinedStride(x: NdArray, otherwise: number): number {
  for (let i = x.ndim - 3; i >= 0; i--) if (x.shape[i]! > 1) return x.steps[i]!;
  return otherwise;
}
