import { expectArray, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from './reshape.ts';

/**
 * Inserts an axis of size 1.
 *
 * @param axis where the new axis stands in the result.
 * @throws {InvalidType} if the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.expandDims(new Variable(xp.ones([2, 3])), -1).shape; // [2, 3, 1]
 */
export function expandDims(x: VariableLike, axis: number): Variable {
  expectArray('expandDims', 'x', x);
  const ndim = x.shape.length;
  if (!Number.isInteger(axis))
    throw new TypeError(`[expandDims] axis must be an integer, got ${String(axis)}`);
  if (axis > ndim || axis < -ndim - 1)
    invalid('expandDims', `axis ${axis} is out of range for a result of ${ndim + 1} axes`, { x: asArray(x) });
  const at = axis < 0 ? axis + ndim + 1 : axis;
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}
