import { isScalar } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { type DType, int32 } from '../core/dtype.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { promoteWeak, type Scalar, weakKind } from '../core/promotion.ts';
import { castTo, filled } from '../core/views.ts';
import { type ArrayLike, array } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { gatherOn } from '../js/families.ts';
import { IndexedKernel } from '../kernel/indexed-kernel.ts';
import { arrayOf, indexType } from '../reduction/options.ts';
import { apply, type Expr, fold, select } from '../scalar/expr.ts';

/** Order with NaN last. */
function isLess(a: Expr, b: Expr): Expr {
  return a.lt(b).or(apply('isnan', b).and(apply('isnan', a).not()));
}

/** Bisection: the number of elements of sorted `a` that come before `v`. */
export function bisect(a: Expr, n: Expr, steps: Expr, comesBefore: (element: Expr) => Expr): Expr {
  const [low] = fold(steps, [n.mul(0), n], ([lo, hi]) => {
    const l = lo as Expr;
    const h = hi as Expr;
    const mid = l.add(h).floordiv(2);
    const open = l.lt(h);
    // Once the range is empty, mid may be n: read inside, and change nothing.
    const right = comesBefore(a.at(mid.min(n.sub(1))));
    return [select(open.and(right), mid.add(1), l), select(open.and(right.not()), mid, h)];
  });
  return low as Expr;
}

/** Steps that a bisection of n elements needs. */
export function bisectionSteps(n: number): number {
  return Math.ceil(Math.log2(n + 1));
}

const leftKernel = new IndexedKernel(
  'searchsorted',
  ['array', 'raw', 'int', 'int'],
  (v, a, n, steps) => bisect(a, n, steps, (x) => isLess(x, v)),
  'int32',
);
const rightKernel = new IndexedKernel(
  'searchsorted',
  ['array', 'raw', 'int', 'int'],
  (v, a, n, steps) => bisect(a, n, steps, (x) => isLess(v, x).not()),
  'int32',
);

/** Places (int32) where values belong in a sorted one-dimensional array. */
export function placesIn(sorted: NdArray, values: NdArray, side: 'left' | 'right'): NdArray {
  const n = sorted.size;
  if (n === 0) return filled(values, values.shape, int32, 0);
  const kernel = side === 'left' ? leftKernel : rightKernel;
  return kernel.run([values, sorted, n, bisectionSteps(n)]);
}

/** Options of `searchsorted`. */
export interface SearchOptions {
  /** Before (`'left'`, the default) or after equal elements. */
  readonly side?: 'left' | 'right';
  /** Indices that sort `a`, where it is not sorted itself. */
  readonly sorter?: NdArray | null;
}

/**
 * Places where values would have to be inserted into a sorted array to keep it sorted (NaN last).
 *
 * @param a one axis, ascending, or sorted by `sorter`.
 * @param v any shape, or a scalar.
 * @returns places of v's shape: int32 (int64 where an operand holds 64-bit integers).
 * @throws {ValueError} for an `a` that has not one axis, or an unknown side.
 * @example
 * import { array, searchsorted } from '@chainer/xp';
 * searchsorted(array([1, 3, 3, 5]), array([3, 9])).toArraySync(); // [1, 4]
 * searchsorted(array([1, 3, 3, 5]), 3, { side: 'right' }).itemSync(); // 3
 */
export function searchsorted(a: NdArray, v: ArrayLike, options: SearchOptions = {}): NdArray {
  checkOptions('searchsorted', options, ['side', 'sorter']);
  const side = options.side ?? 'left';
  if (side !== 'left' && side !== 'right') {
    throw new ValueError(`[searchsorted] side is ${JSON.stringify(side)}; expected 'left' or 'right'`);
  }
  if (a.ndim !== 1) throw new ValueError(`[searchsorted] a has ${a.ndim} dimensions; expected 1`);
  const values = isScalar(v) ? scalarBeside(v, a.dtype, a) : arrayOf(v);
  let sorted = a;
  const operands = [a, values];
  if (options.sorter) {
    if (options.sorter.ndim !== 1 || options.sorter.size !== a.size) {
      throw new ValueError(
        `[searchsorted] sorter has shape (${options.sorter.shape.join(', ')}); expected (${a.size},), that of a`,
      );
    }
    operands.push(options.sorter);
    sorted = emptyOn(a.device, a.shape, a.dtype);
    if (a.size > 0) gatherOn(a.device).gather(a, castTo(options.sorter, int32), 0, sorted);
  }
  return castTo(placesIn(sorted, values, side), indexType(...operands));
}

/** A weak scalar as a 0-d array: of the array's dtype where that holds it, else of its own. */
function scalarBeside(v: Scalar, d: DType, a: NdArray): NdArray {
  const strong = promoteWeak(d, weakKind(v));
  return array(v, { dtype: strong, device: a.device });
}
