import { uint64 } from '../core/dtype.ts';
import { apply, type Expr } from '../scalar/expr.ts';
import { ufunc2 } from './declare.ts';
import { comparison } from './loops.ts';
import type { Loop, Ufunc2 } from './types.ts';

type Name = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** What a comparison with a negative number on the left, or on the right, of an unsigned one gives. */
const negativeLeft: Record<Name, boolean> = { eq: false, ne: true, lt: true, le: true, gt: false, ge: false };
const negativeRight: Record<Name, boolean> = {
  eq: false,
  ne: true,
  lt: false,
  le: false,
  gt: true,
  ge: true,
};

/** Compares; int64 with uint64 exactly, by looking at the sign first. */
function compare(op: Name, x: Expr, y: Expr, loop: Loop | null): Expr {
  const [a, b] = loop === null ? [] : loop.inputs;
  if (a === b) return apply(op, x, y);
  return a === uint64
    ? y.lt(0).where(negativeRight[op], apply(op, x, y.cast(uint64)))
    : x.lt(0).where(negativeLeft[op], apply(op, x.cast(uint64), y));
}

function declare(name: string, op: Name): Ufunc2 {
  return ufunc2({
    name,
    resolve: comparison,
    body: ([x, y], loop) => compare(op, x, y, loop),
    anyInteger: true,
  });
}

/**
 * `x == y`, element by element. Integers that y's dtype cannot hold compare by value.
 *
 * @example
 * import { array, equal } from '@chainer/xp';
 * equal(array([1, 2]), 2).toArraySync(); // [false, true]
 */
export const equal: Ufunc2 = /*#__PURE__*/ declare('equal', 'eq');
/**
 * `x != y`.
 *
 * @example
 * import { array, notEqual } from '@chainer/xp';
 * notEqual(array([1, 2]), 2).toArraySync(); // [true, false]
 */
export const notEqual: Ufunc2 = /*#__PURE__*/ declare('notEqual', 'ne');
/**
 * `x < y`; complex numbers by real part, then imaginary part.
 *
 * @example
 * import { array, less } from '@chainer/xp';
 * less(array([1, 2]), 2).toArraySync(); // [true, false]
 */
export const less: Ufunc2 = /*#__PURE__*/ declare('less', 'lt');
/**
 * `x <= y`.
 *
 * @example
 * import { array, lessEqual } from '@chainer/xp';
 * lessEqual(array([1, 2]), 2).toArraySync(); // [true, true]
 */
export const lessEqual: Ufunc2 = /*#__PURE__*/ declare('lessEqual', 'le');
/**
 * `x > y`.
 *
 * @example
 * import { array, greater } from '@chainer/xp';
 * greater(array([1, 2]), 1).toArraySync(); // [false, true]
 */
export const greater: Ufunc2 = /*#__PURE__*/ declare('greater', 'gt');
/**
 * `x >= y`.
 *
 * @example
 * import { array, greaterEqual } from '@chainer/xp';
 * greaterEqual(array([1, 2]), 2).toArraySync(); // [false, true]
 */
export const greaterEqual: Ufunc2 = /*#__PURE__*/ declare('greaterEqual', 'ge');
