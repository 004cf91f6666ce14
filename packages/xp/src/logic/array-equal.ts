import { checkOptions } from '../core/check-options.ts';
import { broadcastTwo, sameShape } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { type ArrayLike, array, asarray } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { apply, type Expr } from '../scalar/expr.ts';

const every = (map: (a: Expr, b: Expr) => Expr) =>
  new ReductionKernel('arrayEqual', 2, {
    map: map as (...operands: Expr[]) => Expr,
    reduce: (a, b) => apply('logicalAnd', a, b),
    identity: true,
  });

const equal = /*#__PURE__*/ every((a, b) => a.eq(b));
const equalOrNan = /*#__PURE__*/ every((a, b) => a.eq(b).or(a.isnan().and(b.isnan())));

/** Options of `arrayEqual`. */
export interface ArrayEqualOptions {
  /** Whether NaN equals NaN. */
  readonly equalNan?: boolean;
}

/**
 * Whether two arrays have the same shape and the same elements (a 0-d bool array).
 *
 * @example
 * import { array, arrayEqual } from '@chainer/xp';
 * arrayEqual(array([1, 2]), array([1, 2])).itemSync(); // true
 */
export function arrayEqual(a1: ArrayLike, a2: ArrayLike, options: ArrayEqualOptions = {}): NdArray {
  checkOptions('arrayEqual', options, ['equalNan']);
  const x = asarray(a1);
  const y = asarray(a2, { device: x.device });
  if (!sameShape(x.shape, y.shape)) return array(false, { device: x.device });
  return (options.equalNan ? equalOrNan : equal).call([x, y]);
}

/**
 * Whether two arrays broadcast together and then have the same elements (a 0-d bool array).
 *
 * @example
 * import { array, arrayEquiv } from '@chainer/xp';
 * arrayEquiv(array([1, 2]), array([[1, 2], [1, 2]])).itemSync(); // true
 */
export function arrayEquiv(a1: ArrayLike, a2: ArrayLike): NdArray {
  const x = asarray(a1);
  const y = asarray(a2, { device: x.device });
  return broadcasts(x, y) ? equal.call([x, y]) : array(false, { device: x.device });
}

function broadcasts(x: NdArray, y: NdArray): boolean {
  try {
    broadcastTwo(x.shape, y.shape, 'arrayEquiv');
    return true;
  } catch (error) {
    if (error instanceof ValueError) return false;
    throw error;
  }
}
