import { checkOptions } from '../core/check-options.ts';
import { NdArray } from '../core/ndarray.ts';
import { dense } from '../core/read.ts';
import { copy } from '../creation/copy.ts';
import { fortran } from './order.ts';
import { type Order, reshapeTo, reversed } from './reshape.ts';

/**
 * The elements in one dimension: a view where the strides allow one, else a copy.
 *
 * @example
 * import { array, ravel } from '@chainer/xp';
 * ravel(array([[1, 2], [3, 4]]), { order: 'F' }).toArraySync(); // [1, 3, 2, 4]
 */
export function ravel(x: NdArray, options: { readonly order?: Order | 'K' } = {}): NdArray {
  checkOptions('ravel', options, ['order']);
  return reshapeTo(fortran(x, options.order ?? 'C') ? reversed(x) : x, [x.size]);
}

/** The elements in one dimension, always a copy. */
export function flatten(x: NdArray, options: { readonly order?: Order | 'K' } = {}): NdArray {
  checkOptions('flatten', options, ['order']);
  const y = dense(fortran(x, options.order ?? 'C') ? reversed(x) : x);
  const fresh = y.storage === x.storage ? copy(y) : y;
  return new NdArray(fresh.storage, x.dtype, [x.size]);
}
