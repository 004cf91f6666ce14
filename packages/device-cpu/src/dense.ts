import { contiguousSteps, type DType, emptyOn, type Kernels, NdArray } from '@chainer/xp/internal';

/** Whether an array is C-contiguous in that dtype, so that the addon can read it as it is. */
function fits(x: NdArray, dtype: DType): boolean {
  return x.dtype === dtype && x.contiguous;
}

/** The array itself where it is dense and of that dtype, else a dense copy. */
export function denseInput(x: NdArray, dtype: DType, copy: Kernels['copy']): NdArray {
  if (fits(x, dtype)) return x;
  const dense = emptyOn(x.device, x.shape, dtype);
  if (x.size > 0) copy(x, dense);
  return dense;
}

/** The array itself where the addon can write it as it is, else a dense stand-in; `finishOutput` copies that back. */
export function denseOutput(x: NdArray, dtype: DType): NdArray {
  return fits(x, dtype) ? x : emptyOn(x.device, x.shape, dtype);
}

/** Copies a stand-in back and releases it. */
export function finishOutput(dense: NdArray, x: NdArray, copy: Kernels['copy']): void {
  if (dense === x) return;
  if (x.size > 0) copy(dense, x);
  dense.storage.release();
}

/** Releases a stand-in of an input. */
export function finishInput(dense: NdArray, x: NdArray): void {
  if (dense !== x) dense.storage.release();
}

/** The same elements with axes of another order or shape; `steps` default to C order. */
export function reshaped(
  x: NdArray,
  shape: readonly number[],
  steps: readonly number[] = contiguousSteps(shape),
): NdArray {
  return new NdArray(x.storage, x.dtype, shape, steps, x.offset);
}
