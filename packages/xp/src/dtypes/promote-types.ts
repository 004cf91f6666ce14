import { type DType, type DTypeLike, dtype } from '../core/dtype.ts';
import { promote } from '../core/promotion.ts';

/**
 * The smallest dtype to which both can be cast safely.
 *
 * @example
 * import { promoteTypes } from '@chainer/xp';
 * promoteTypes('int32', 'float32').name; // 'float64'
 */
export function promoteTypes(type1: DTypeLike, type2: DTypeLike): DType {
  return promote(dtype(type1), dtype(type2));
}
