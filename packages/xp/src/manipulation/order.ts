import { isContiguous } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { ValueError } from '../errors.ts';

/** Whether elements stand in Fortran order without gaps. */
export function isFortran(x: NdArray): boolean {
  return isContiguous(x.shape.slice().reverse(), x.steps.slice().reverse());
}

/** Whether an order means Fortran's for this array: `A` and `K` follow what it is in memory. */
export function fortran(x: NdArray, order: string | null): boolean {
  switch (order) {
    case 'C':
    case null:
      return false;
    case 'F':
      return true;
    case 'A':
    case 'K':
      return !x.contiguous && isFortran(x);
    default:
      throw new ValueError(`[order] expected 'C', 'F', 'A' or 'K', got '${order}'`);
  }
}
