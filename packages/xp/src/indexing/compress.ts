import { checkOptions } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import { asarray } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ravel } from '../manipulation/ravel.ts';
import { flatPositions } from './nonzero.ts';
import { take } from './take.ts';

/** Truth values: an array, or a list of them. */
export type Condition = NdArray | readonly boolean[] | readonly number[];

/**
 * Slices along `axis` where the condition, of one dimension, is true; elements of the flat array without an axis.
 *
 * A condition shorter than the axis leaves out the rest.
 *
 * @throws {IndexError} if it is true beyond the axis.
 * @example
 * import { array, compress } from '@chainer/xp';
 * compress([true, false, true], array([[1, 2, 3]]), { axis: 1 }).toArraySync(); // [[1, 3]]
 */
export function compress(
  condition: Condition,
  x: NdArray,
  options: { readonly axis?: number | null; readonly out?: NdArray | null } = {},
): NdArray {
  checkOptions('compress', options, ['axis', 'out']);
  const c = asarray(condition, { device: x.device });
  if (c.ndim !== 1) throw new ValueError(`[compress] the condition has one dimension, got ${c.ndim}`);
  return take(x, flatPositions(c, 'compress'), options);
}

/**
 * Elements of the flat array where the condition is true.
 *
 * @example
 * import { array, extract } from '@chainer/xp';
 * const x = array([1, 2, 3, 4]);
 * extract(x.mod(2).eq(0), x).toArraySync(); // [2, 4]
 */
export function extract(condition: Condition, x: NdArray): NdArray {
  return take(ravel(x), flatPositions(ravel(asarray(condition, { device: x.device })), 'extract'));
}
