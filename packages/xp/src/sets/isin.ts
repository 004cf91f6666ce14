import { checkOptions } from '../core/check-options.ts';
import { bool } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { filled, flat } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { IndexedKernel } from '../kernel/indexed-kernel.ts';
import { arrayOf } from '../reduction/options.ts';
import { placesIn } from '../sorting/searchsorted.ts';
import { sort } from '../sorting/sort.ts';

/** Options of `isin` and `in1d`. */
export interface IsinOptions {
  /** Ask for the elements that are *not* there. */
  readonly invert?: boolean;
  /** Both are known to hold no element twice; accepted, and changes nothing. */
  readonly assumeUnique?: boolean;
}

const found = new IndexedKernel('isin', ['array', 'array', 'raw', 'int'], (v, place, sorted, n) =>
  sorted.at(place.min(n.sub(1))).eq(v),
);
const missing = new IndexedKernel('isin', ['array', 'array', 'raw', 'int'], (v, place, sorted, n) =>
  sorted.at(place.min(n.sub(1))).ne(v),
);

/**
 * Whether each element is among the elements of another array. NaN is equal to nothing.
 *
 * @param element any shape.
 * @param testElements any shape.
 * @returns booleans of the shape of `element`.
 * @example
 * import { array, isin } from '@chainer/xp';
 * isin(array([[1, 2], [3, 4]]), array([2, 4])).toArraySync(); // [[false, true], [false, true]]
 */
export function isin(element: ArrayLike, testElements: ArrayLike, options: IsinOptions = {}): NdArray {
  checkOptions('isin', options, ['invert', 'assumeUnique']);
  const x = arrayOf(element);
  const sorted = sort(flat(arrayOf(testElements)));
  const invert = options.invert ?? false;
  if (sorted.size === 0) return filled(x, x.shape, bool, invert ? 1 : 0);
  return (invert ? missing : found).run([x, placesIn(sorted, x, 'left'), sorted, sorted.size]);
}

/**
 * `isin` over the flattened first operand.
 *
 * @example
 * import { array, in1d } from '@chainer/xp';
 * in1d(array([[1, 2], [3, 4]]), array([2])).toArraySync(); // [false, true, false, false]
 */
export function in1d(element: ArrayLike, testElements: ArrayLike, options: IsinOptions = {}): NdArray {
  checkOptions('in1d', options, ['invert', 'assumeUnique']);
  return isin(flat(arrayOf(element)), testElements, options);
}
