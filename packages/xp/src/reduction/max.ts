import { normalizeAxes } from '../core/arguments.ts';
import { optionsOf } from '../core/check-options.ts';
import { Complex } from '../core/complex.ts';
import type { DType } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { type Axes, arrayOf, type ReductionOptions, reductionKeys } from './options.ts';

/** The smallest value of a dtype: what the greatest of nothing would be. */
export function lowest(d: DType): Scalar {
  if (d.kind === 'f') return Number.NEGATIVE_INFINITY;
  if (d.kind === 'c') return new Complex(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY);
  return d.kind === 'i' ? -(1n << BigInt(d.itemsize * 8 - 1)) : 0;
}

/** The greatest value of a dtype. */
export function highest(d: DType): Scalar {
  if (d.kind === 'f') return Number.POSITIVE_INFINITY;
  if (d.kind === 'c') return new Complex(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  if (d.kind === 'b') return true;
  return (1n << BigInt(d.itemsize * 8 - (d.kind === 'i' ? 1 : 0))) - 1n;
}

/** Refuses to reduce axes without elements. @throws {ValueError} for these. */
export function refuseEmpty(x: NdArray, axis: Axes | undefined, who: string): void {
  if (x.size > 0) return;
  const empty = normalizeAxes(axis, x.ndim, who).some((a) => x.shape[a] === 0);
  if (empty) {
    const along = axis === null || axis === undefined ? '' : ` along axis ${[axis].flat().join(' and ')}`;
    throw new ValueError(
      `[${who}] x has shape ${shapeText(x.shape)}: there is nothing to choose from${along}`,
    );
  }
}

const maxKernel = /*#__PURE__*/ new ReductionKernel('max', 1, {
  reduce: (a, b) => a.max(b),
  identity: lowest,
});
const minKernel = /*#__PURE__*/ new ReductionKernel('min', 1, {
  reduce: (a, b) => a.min(b),
  identity: highest,
});

function extreme(kernel: ReductionKernel, x: ArrayLike, o: ReductionOptions): NdArray {
  const a = arrayOf(x);
  refuseEmpty(a, o.axis, kernel.name);
  return kernel.run([a], o);
}

/**
 * Greatest element over the given axes. A NaN makes the result NaN; complex numbers compare by real, then imaginary part.
 *
 * @param x any shape.
 * @throws {ValueError} where a reduced axis has no elements.
 * @throws {AxisError} for an axis outside the array or given twice.
 * @example
 * import { array, max } from '@chainer/xp';
 * max(array([[1, 7], [5, 2]]), 0).toArraySync(); // [5, 7]
 */
export function max(
  x: ArrayLike,
  axisOrOptions?: Axes | ReductionOptions,
  options?: ReductionOptions,
): NdArray {
  return extreme(maxKernel, x, optionsOf('max', axisOrOptions, options, reductionKeys));
}
export { max as amax };

/**
 * Smallest element over the given axes; the counterpart of `max`.
 *
 * @param x any shape.
 * @throws {ValueError} where a reduced axis has no elements.
 * @throws {AxisError} for an axis outside the array or given twice.
 * @example
 * import { array, min } from '@chainer/xp';
 * min(array([[1, 7], [5, 2]])).itemSync(); // 1
 */
export function min(
  x: ArrayLike,
  axisOrOptions?: Axes | ReductionOptions,
  options?: ReductionOptions,
): NdArray {
  return extreme(minKernel, x, optionsOf('min', axisOrOptions, options, reductionKeys));
}
export { min as amin };
