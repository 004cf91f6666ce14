import { NdArray } from '../core/ndarray.ts';
import { asarray } from '../creation/array.ts';
import type { UfuncOperand, UfuncOptions } from './types.ts';
import type { UfuncCore } from './ufunc.ts';

/** A ufunc of every pair: x gets as many axes behind its own as y has, and both broadcast. */
export function outer(
  core: UfuncCore,
  x: UfuncOperand,
  y: UfuncOperand,
  options: UfuncOptions | undefined,
): NdArray {
  const n = y instanceof NdArray ? y.ndim : 0;
  if (n === 0) return core.binary(x, y, options);
  const a = asarray(x);
  const ones = new Array<number>(n).fill(1);
  const zeros = new Array<number>(n).fill(0);
  const wide = new NdArray(a.storage, a.dtype, [...a.shape, ...ones], [...a.steps, ...zeros], a.offset);
  return core.binary(wide, y, options);
}
