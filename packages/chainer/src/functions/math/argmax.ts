import { argmax as xpArgmax, argmin as xpArgmin } from '@chainer/xp';
import { expectFloat } from '../../core/type-check.ts';
import { asArray, Variable, type VariableLike } from '../../core/variable.ts';
import { axesOf, checkAxis } from './axes.ts';

function found(who: 'argmax' | 'argmin', x: VariableLike, axis: number | null): Variable {
  const array = asArray(x);
  expectFloat(who, 'x', array);
  checkAxis(who, axis);
  if (axis !== null) axesOf(who, axis, array);
  return new Variable((who === 'argmax' ? xpArgmax : xpArgmin)(array, { axis }), { requiresGrad: false });
}

/**
 * Place (int32) of the greatest element along an axis, or in the flat array; the first of equals. It has no gradient.
 *
 * @throws {InvalidType} if x is not floating or the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.argmax(new Variable(xp.array([[1, 3], [2, 0]])), { axis: 1 }).array.toArraySync(); // [1, 0]
 */
export function argmax(x: VariableLike, options: { readonly axis?: number | null } = {}): Variable {
  return found('argmax', x, options.axis ?? null);
}

/**
 * Place (int32) of the smallest element along an axis, or in the flat array; the first of equals. It has no gradient.
 *
 * @throws {InvalidType} if x is not floating or the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.argmin(new Variable(xp.array([[1, 3], [2, 0]])), { axis: 1 }).array.toArraySync(); // [0, 1]
 */
export function argmin(x: VariableLike, options: { readonly axis?: number | null } = {}): Variable {
  return found('argmin', x, options.axis ?? null);
}
