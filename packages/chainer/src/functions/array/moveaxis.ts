import { checkOptions } from '../../core/check-options.ts';
import { expectArray, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { transpose } from './transpose.ts';

/** Axes counted from the front, in the order given. */
function axesInOrder(who: string, name: string, axes: number | readonly number[], x: VariableLike): number[] {
  const ndim = x.shape.length;
  const list = (typeof axes === 'number' ? [axes] : axes).map((a) => {
    if (a < -ndim || a >= ndim)
      invalid(who, `${name} ${a} is out of range for an array of ${ndim} axes`, { x: asArray(x) });
    return a < 0 ? a + ndim : a;
  });
  if (new Set(list).size !== list.length)
    throw new RangeError(`[${who}] ${name} names an axis twice: [${list.join(', ')}]`);
  return list;
}

/**
 * Moves axes to other places; the others keep their order. No element is copied.
 *
 * @param source axes, one or several
 * @param destination their places in the result
 * @throws {InvalidType} if an axis is out of range.
 * @throws {RangeError} if an axis is named twice or the numbers of axes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.moveaxis(new Variable(xp.ones([2, 3, 4])), 0, 2).shape; // [3, 4, 2]
 */
export function moveaxis(
  x: VariableLike,
  source: number | readonly number[],
  destination: number | readonly number[],
): Variable {
  expectArray('moveaxis', 'x', x);
  const from = axesInOrder('moveaxis', 'source', source, x);
  const to = axesInOrder('moveaxis', 'destination', destination, x);
  if (from.length !== to.length)
    throw new RangeError(`[moveaxis] source names ${from.length} axes but destination ${to.length}`);
  const rest = x.shape.map((_, i) => i).filter((i) => !from.includes(i));
  const axes = x.shape.map((_, i) => {
    const k = to.indexOf(i);
    return k >= 0 ? (from[k] as number) : (rest.shift() as number);
  });
  return transpose(x, { axes });
}

/**
 * Rolls an axis back until it stands before axis `start`. No element is copied.
 *
 * @throws {InvalidType} if an axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.rollaxis(new Variable(xp.ones([2, 3, 4])), 2).shape; // [4, 2, 3]
 */
export function rollaxis(x: VariableLike, axis: number, options: { readonly start?: number } = {}): Variable {
  checkOptions('rollaxis', options, ['start']);
  expectArray('rollaxis', 'x', x);
  const ndim = x.shape.length;
  const { start = 0 } = options;
  const [from] = axesInOrder('rollaxis', 'axis', axis, x) as [number];
  if (start < -ndim || start > ndim)
    invalid('rollaxis', `start ${start} is out of range for an array of ${ndim} axes`, { x: asArray(x) });
  const before = start < 0 ? start + ndim : start;
  const axes = x.shape.map((_, i) => i).filter((i) => i !== from);
  axes.splice(from < before ? before - 1 : before, 0, from);
  return transpose(x, { axes });
}

/**
 * Exchanges two axes. No element is copied.
 *
 * @throws {InvalidType} if an axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.swapaxes(new Variable(xp.ones([2, 3, 4])), 0, 2).shape; // [4, 3, 2]
 */
export function swapaxes(x: VariableLike, axis1: number, axis2: number): Variable {
  expectArray('swapaxes', 'x', x);
  const [a] = axesInOrder('swapaxes', 'axis1', axis1, x) as [number];
  const [b] = axesInOrder('swapaxes', 'axis2', axis2, x) as [number];
  return transpose(x, { axes: x.shape.map((_, i) => (i === a ? b : i === b ? a : i)) });
}
