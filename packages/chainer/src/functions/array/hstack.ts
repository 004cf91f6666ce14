import { expectArray, kindOf } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { concat } from './concat.ts';
import { reshape } from './reshape.ts';

/** Refuses what is no list of arrays, and an empty one. */
function some(who: string, xs: readonly VariableLike[]): readonly VariableLike[] {
  if (!Array.isArray(xs))
    throw new TypeError(`[${who}] xs must be a list of arrays, got ${kindOf(xs)}; write ${who}([x, y])`);
  xs.forEach((x, i) => {
    expectArray(who, `x${i}`, x);
  });
  if (xs.length === 0) throw new TypeError(`[${who}] xs must hold at least one array, got none`);
  return xs;
}

/**
 * Arrays side by side: joined along axis 1, vectors along their only axis.
 *
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.hstack([new Variable(xp.array([1, 2])), xp.array([3])]).array.toArraySync(); // [1, 2, 3]
 */
export function hstack(xs: readonly VariableLike[]): Variable {
  const wide = some('hstack', xs).map((x) => (x.shape.length === 0 ? reshape(x, [1]) : x));
  return concat(wide, { axis: (wide[0] as VariableLike).shape.length === 1 ? 0 : 1 });
}

/**
 * Arrays on top of each other: joined along axis 0, vectors standing as rows.
 *
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.vstack([new Variable(xp.array([1, 2])), xp.array([3, 4])]).array.toArraySync(); // [[1, 2], [3, 4]]
 */
export function vstack(xs: readonly VariableLike[]): Variable {
  const rows = some('vstack', xs).map((x) => (x.shape.length < 2 ? reshape(x, [1, x.shape[0] ?? 1]) : x));
  return concat(rows, { axis: 0 });
}

/**
 * Arrays behind each other: joined along axis 2, matrices standing as `[M, N, 1]` and vectors as `[1, N, 1]`.
 *
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.dstack([new Variable(xp.array([1, 2])), xp.array([3, 4])]).array.toArraySync(); // [[[1, 3], [2, 4]]]
 */
export function dstack(xs: readonly VariableLike[]): Variable {
  const deep = some('dstack', xs).map((x) => {
    const { shape } = x;
    if (shape.length < 2) return reshape(x, [1, shape[0] ?? 1, 1]);
    return shape.length === 2 ? reshape(x, [...shape, 1]) : x;
  });
  return concat(deep, { axis: 2 });
}
