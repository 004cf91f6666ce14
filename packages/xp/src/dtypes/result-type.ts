import { isScalar } from '../core/arguments.ts';
import { type DType, type DTypeLike, dtype } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { promote, promoteWeak, type Scalar, weakKind } from '../core/promotion.ts';
import { ValueError } from '../errors.ts';
import { weakAlone } from '../kernel/kernel.ts';

/**
 * The dtype that arithmetic between these gives. JavaScript scalars are weak: they do not widen an array of their own kind.
 *
 * @throws {ValueError} for no arguments.
 * @example
 * import { array, resultType } from '@chainer/xp';
 * resultType(array([1], { dtype: 'int8' }), 3).name; // 'int8'
 * resultType('int8', 2.5).name; // 'float64'
 */
export function resultType(...args: readonly (NdArray | DTypeLike | Scalar)[]): DType {
  if (args.length === 0) throw new ValueError('[resultType] at least one array, dtype or scalar is required');
  const types: DType[] = [];
  for (const x of args) if (!isScalar(x)) types.push(x instanceof NdArray ? x.dtype : dtype(x));
  // Floats first: each integer is then held by the float, and integers of both signs need no common integer type.
  types.sort((p, q) => rank(q) - rank(p));
  const strong = types.length > 0 ? types.reduce(promote) : null;
  let result = strong;
  for (const x of args) {
    if (!isScalar(x)) continue;
    const weak = strong === null ? weakAlone[weakKind(x)] : promoteWeak(strong, weakKind(x));
    result = result === null ? weak : promote(result, weak);
  }
  return result as DType;
}

function rank(d: DType): number {
  return d.kind === 'c' ? 2 : d.kind === 'f' ? 1 : 0;
}
