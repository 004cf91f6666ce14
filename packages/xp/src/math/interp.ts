import { checkOptions } from '../core/check-options.ts';
import { complex128, type DType, float64 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { castTo, joined, sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { IndexedKernel } from '../kernel/indexed-kernel.ts';
import { arrayOf } from '../reduction/options.ts';
import { apply, select } from '../scalar/expr.ts';
import { taken } from '../sets/unique.ts';
import { placesIn } from '../sorting/searchsorted.ts';
import { sortingIndices } from '../sorting/sort.ts';

/** Options of `interp`. */
export interface InterpOptions {
  /** Value left of all points; the first value unless given. */
  readonly left?: number | null;
  /** Value right of all points; the last value unless given. */
  readonly right?: number | null;
  /** Length after which coordinates repeat; `left` and `right` are then not used. */
  readonly period?: number | null;
}

// `place` counts the points not greater than x; the segment starts at the point before.
const segment = new IndexedKernel(
  'interp',
  ['array', 'array', 'raw', 'raw', 'raw', 'raw', 'int'],
  (x, place, xp, fp, left, right, n) => {
    const low = place.sub(1).max(0).min(n.sub(2).max(0));
    const high = low.add(1).min(n.sub(1));
    const x0 = xp.at(low);
    const f0 = fp.at(low);
    const f1 = fp.at(high);
    const inner = f0.add(f1.sub(f0).mul(x.sub(x0).div(xp.at(high).sub(x0))));
    const atLast = select(x.eq(xp.at(n.sub(1))), fp.at(n.sub(1)), inner);
    const bounded = select(x.lt(xp.at(0)), left.at(0), select(x.gt(xp.at(n.sub(1))), right.at(0), atLast));
    return select(apply('isnan', x), x, bounded);
  },
);
const wrapped = /*#__PURE__*/ new ElementwiseKernel('interp', 2, (x, period) => x.mod(period));
const shifted = /*#__PURE__*/ new ElementwiseKernel('interp', 2, (x, by) => x.add(by));

function constant(like: NdArray, value: number, d: DType): NdArray {
  const y = emptyOn(like.device, [1], d);
  y.device.kernels.fill(y, value);
  return y;
}

/**
 * Linear interpolation in a table of points.
 *
 * @param x where to evaluate; any shape.
 * @param xp coordinates of the points, ascending (in any order with `period`).
 * @param fp their values, real or complex.
 * @returns float64 (complex128) of x's shape.
 * @throws {ValueError} where the table's parts differ in length or are empty, or for a period of 0.
 * @example
 * import { array, interp } from '@chainer/xp';
 * interp(array([0, 1.5, 9]), array([1, 2, 3]), array([10, 20, 40])).toArraySync(); // [10, 15, 40]
 */
export function interp(x: ArrayLike, xp: ArrayLike, fp: ArrayLike, options: InterpOptions = {}): NdArray {
  checkOptions('interp', options, ['left', 'right', 'period']);
  const given = [arrayOf(x), arrayOf(xp), arrayOf(fp)] as const;
  const [, gx, gf] = given;
  if (gx.ndim !== 1 || gf.ndim !== 1 || gx.size !== gf.size || gx.size === 0) {
    throw new ValueError(
      `[interp] xp has shape ${shapeText(gx.shape)} and fp ${shapeText(gf.shape)}; expected one axis of one length, not empty`,
    );
  }
  const d = gf.dtype.kind === 'c' ? complex128 : float64;
  let at = castTo(given[0], float64);
  let points = castTo(gx, float64);
  let values = castTo(gf, d);
  const period = options.period ?? null;
  if (period !== null) {
    if (period === 0) throw new ValueError('[interp] period is 0; expected another number');
    const p = Math.abs(period);
    at = wrapped.call([at, p]);
    const inPeriod = wrapped.call([points, p]);
    const order = sortingIndices(inPeriod, 0);
    const sorted = taken(inPeriod, order);
    const sortedValues = taken(values, order);
    const n = sorted.size;
    points = joined(
      [shifted.call([sliced(sorted, 0, n - 1, 1), -p]), sorted, shifted.call([sliced(sorted, 0, 0, 1), p])],
      0,
    );
    values = joined([sliced(sortedValues, 0, n - 1, 1), sortedValues, sliced(sortedValues, 0, 0, 1)], 0);
  }
  const n = points.size;
  const end = (v: number | null | undefined, i: number) =>
    v === null || v === undefined || period !== null ? sliced(values, 0, i, 1) : constant(values, v, d);
  return segment.run(
    [at, placesIn(points, at, 'right'), points, values, end(options.left, 0), end(options.right, n - 1), n],
    at.shape,
    undefined,
    d,
  );
}
