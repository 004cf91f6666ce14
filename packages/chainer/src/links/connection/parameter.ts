import type { NdArray } from '@chainer/xp/functions';
import { Link } from '../../core/link.ts';
import { Parameter as LearntArray } from '../../core/parameter.ts';

/**
 * A link that is nothing but one parameter.
 *
 * @param array its initial value, which becomes the parameter's array
 * @example
 * import { links as L, xp } from 'chainer';
 * new L.Parameter(xp.ones([2])).forward().array.toArraySync(); // [1, 1]
 */
export class Parameter extends Link {
  readonly W: LearntArray;

  constructor(array: NdArray) {
    super();
    this.W = new LearntArray(array, null, { name: 'W' });
  }

  /** The parameter. */
  forward(): LearntArray {
    return this.W;
  }
}
