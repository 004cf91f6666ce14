import { bfloat16, type DType, float16, float64 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { DTypeError, ValueError } from '../errors.ts';

/**
 * The floating (or complex) dtype common to arrays; integers count as float64.
 *
 * @throws {DTypeError} for boolean arrays.
 * @example
 * import { array, commonType } from '@chainer/xp';
 * commonType(array([1]), array([1], { dtype: 'float16' })).name; // 'float32'
 */
export function commonType(...arrays: readonly NdArray[]): DType {
  if (arrays.length === 0) throw new ValueError('[commonType] at least one array is required');
  const types = arrays.map(({ dtype }) => {
    if (dtype.kind === 'b')
      throw new DTypeError('[commonType] there is none for bool arrays; cast them first');
    return dtype.kind === 'f' || dtype.kind === 'c' ? dtype : float64;
  });
  return types.reduce(promote, types.every((d) => d === bfloat16) ? bfloat16 : (types[0] ?? float16));
}
