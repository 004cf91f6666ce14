import { optionsOf } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { ArrayLike } from '../creation/array.ts';
import { DTypeError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { max, min, refuseEmpty } from './max.ts';
import { type Axes, arrayOf, type ReductionOptions, reductionKeys } from './options.ts';

const difference = /*#__PURE__*/ new ElementwiseKernel('ptp', 2, (a, b) => a.sub(b));

/**
 * Range of the values ("peak to peak") over the given axes: `max - min`, in the array's own dtype.
 *
 * @param x any shape, not boolean.
 * @throws {DTypeError} for booleans.
 * @throws {ValueError} where a reduced axis has no elements.
 * @example
 * import { array, ptp } from '@chainer/xp';
 * ptp(array([[1, 7], [5, 2]]), 1).toArraySync(); // [6, 3]
 */
export function ptp(
  x: ArrayLike,
  axisOrOptions?: Axes | ReductionOptions,
  options?: ReductionOptions,
): NdArray {
  const a = arrayOf(x);
  const { out, ...o } = optionsOf('ptp', axisOrOptions, options, reductionKeys);
  if (a.dtype.kind === 'b')
    throw new DTypeError('[ptp] x is bool, which has no subtraction; expected numbers');
  refuseEmpty(a, o.axis, 'ptp');
  return difference.call([max(a, o), min(a, o)], out ? { out: [out] } : {});
}
