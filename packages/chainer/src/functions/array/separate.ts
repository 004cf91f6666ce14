import { checkOptions } from '../../core/check-options.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { asArray } from '../../core/variable.ts';
import { axesOf } from '../math/axes.ts';
import { splitAxis } from './concat.ts';
import { reshape } from './reshape.ts';

/**
 * The slices of an array along an axis, each without it: the inverse of `stack`.
 *
 * @throws {InvalidType} if the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const rows = F.separate(new Variable(xp.array([[1, 2], [3, 4]])));
 * rows.map((x) => x.array.toArraySync()); // [[1, 2], [3, 4]]
 */
export function separate(x: VariableLike, options: { readonly axis?: number } = {}): Variable[] {
  checkOptions('separate', options, ['axis']);
  const axis = axesOf('separate', options.axis ?? 0, asArray(x))[0] as number;
  const size = x.shape[axis] as number;
  if (size === 0) return [];
  const shape = x.shape.filter((_, i) => i !== axis);
  return splitAxis(x, size, axis).map((piece) => reshape(piece, shape));
}
