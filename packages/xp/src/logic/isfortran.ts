import { isContiguous } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';

/**
 * Whether elements stand in Fortran order and not in C order as well.
 *
 * @example
 * import { isfortran, zeros } from '@chainer/xp';
 * isfortran(zeros([2, 3]).transpose()); // true
 */
export function isfortran(a: NdArray): boolean {
  return !a.contiguous && isContiguous(a.shape.slice().reverse(), a.steps.slice().reverse());
}
