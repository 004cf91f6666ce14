import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions, isRecord } from '../core/check-options.ts';
import { shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { accumulatorType, arrayOf, meanType } from '../reduction/options.ts';
import { differences } from './diff.ts';

/** Options of `trapezoid`. */
export interface TrapezoidOptions {
  /** Distance between samples where no coordinates are given. */
  readonly dx?: number;
  /** The axis to integrate along; the last unless given. */
  readonly axis?: number;
}

const area = /*#__PURE__*/ new ReductionKernel('trapezoid', 3, {
  map: (left, right, width) => left.add(right).mul(width).mul(0.5),
  reduce: (a, b) => a.add(b),
  identity: 0,
});

/**
 * Integral by the trapezoidal rule: `Σ (y[i] + y[i + 1]) / 2 · (x[i + 1] - x[i])`.
 *
 * @param y samples; integers give float64.
 * @param x their coordinates, of y's shape or one axis; null for samples `dx` apart.
 * @throws {ValueError} where coordinates do not fit.
 * @example
 * import { array, trapezoid } from '@chainer/xp';
 * trapezoid(array([1, 2, 3])).itemSync(); // 4
 * trapezoid(array([1, 2, 3]), array([0, 1, 3])).itemSync(); // 6.5
 */
export function trapezoid(
  y: ArrayLike,
  x: ArrayLike | null | TrapezoidOptions = null,
  options: TrapezoidOptions = {},
): NdArray {
  const alone = isRecord(x);
  const o = alone ? (x as TrapezoidOptions) : options;
  checkOptions('trapezoid', o, ['dx', 'axis']);
  const coordinates = alone || x === null ? null : arrayOf(x as ArrayLike);
  const a = arrayOf(y);
  const axis = normalizeAxis(o.axis ?? -1, a.ndim, 'trapezoid');
  const n = a.shape[axis] as number;
  let width: NdArray | number = o.dx ?? 1;
  if (coordinates !== null) {
    const along = coordinates.ndim === 1 ? 0 : axis;
    if (coordinates.shape[along] !== n) {
      throw new ValueError(
        `[trapezoid] x has shape ${shapeText(coordinates.shape)} but axis ${axis} of y has ${n} elements (y: ${shapeText(a.shape)})`,
      );
    }
    const d = differences(coordinates, along);
    width =
      coordinates.ndim === 1
        ? new NdArray(
            d.storage,
            d.dtype,
            a.shape.map((_, i) => (i === axis ? d.size : 1)),
            a.shape.map((_, i) => (i === axis ? (d.steps[0] as number) : 0)),
            d.offset,
          )
        : d;
  }
  const output = meanType(
    typeof width === 'number' ? a.dtype : promote(meanType(a.dtype), meanType(width.dtype)),
  );
  const count = Math.max(0, n - 1);
  const operands = [sliced(a, axis, 0, count), sliced(a, axis, n === 0 ? 0 : 1, count), width];
  return area.call(operands, { axis }, { accumulator: accumulatorType(output), output });
}
