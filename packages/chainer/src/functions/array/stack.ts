import { sameShape } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { expectArray, invalid, kindOf } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';

import { concat } from './concat.ts';
import { expandDims } from './expand-dims.ts';

/**
 * Joins arrays of one shape along a new axis.
 *
 * @param options `axis`: where the new axis stands in the result; 0 unless given.
 * @throws {InvalidType} if shapes or dtypes differ, or the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.stack([new Variable(xp.array([1, 2])), xp.array([3, 4])], { axis: 1 }).array.toArraySync(); // [[1, 3], [2, 4]]
 */
export function stack(xs: readonly VariableLike[], options: { readonly axis?: number } = {}): Variable {
  checkOptions('stack', options, ['axis']);
  const { axis = 0 } = options;
  if (!Array.isArray(xs))
    throw new TypeError(`[stack] xs must be a list of arrays, got ${kindOf(xs)}; write stack([x, y])`);
  xs.forEach((x, i) => {
    expectArray('stack', `x${i}`, x);
  });
  const [first] = xs;
  if (first === undefined) throw new TypeError('[stack] xs must hold at least one array, got none');
  const ndim = first.shape.length;
  if (axis > ndim || axis < -ndim - 1)
    invalid('stack', `axis ${axis} is out of range for a result of ${ndim + 1} axes`, { x0: asArray(first) });
  xs.forEach((x, i) => {
    if (!sameShape(first.shape, x.shape) || first.dtype !== x.dtype) {
      invalid('stack', `x0 and x${i} must have the same shape and dtype`, {
        x0: asArray(first),
        [`x${i}`]: asArray(x),
      });
    }
  });
  const at = axis < 0 ? axis + ndim + 1 : axis;
  return concat(
    xs.map((x) => expandDims(x, at)),
    { axis: at },
  );
}
