import { isScalar, normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import type { DType } from '../core/dtype.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { promote, promoteWeak, type Scalar, weakKind } from '../core/promotion.ts';
import { axisInserted, broadcastView, castTo, flat, joined, sliced } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { arrayOf } from '../reduction/options.ts';

/** Options of `diff`. */
export interface DiffOptions {
  /** How often to take differences. */
  readonly n?: number;
  /** The axis to run along; the last unless given. */
  readonly axis?: number;
  /** Values to put before the array along the axis first. */
  readonly prepend?: ArrayLike | null;
  /** Values to put behind it. */
  readonly append?: ArrayLike | null;
}

const difference = /*#__PURE__*/ new ElementwiseKernel('diff', 2, (a, b) => a.sub(b));
const unequal = /*#__PURE__*/ new ElementwiseKernel('diff', 2, (a, b) => a.ne(b));

/** Neighbours' differences along an axis, once. */
export function differences(x: NdArray, axis: number): NdArray {
  const n = Math.max(0, (x.shape[axis] as number) - 1);
  return (x.dtype.kind === 'b' ? unequal : difference).call([
    sliced(x, axis, n === 0 ? 0 : 1, n),
    sliced(x, axis, 0, n),
  ]);
}

/** Something to join to an array along an axis: a scalar or 0-d array becomes one slice. */
function slice(v: ArrayLike, x: NdArray, axis: number, d: DType): NdArray {
  const shape = x.shape.map((extent, i) => (i === axis ? 1 : extent));
  if (isScalar(v)) {
    const y = emptyOn(x.device, shape, d);
    if (y.size > 0) y.device.kernels.fill(y, v);
    return y;
  }
  const y = castTo(arrayOf(v), d);
  return y.ndim === 0 ? broadcastView(y, shape) : y;
}

function joinedDtype(x: NdArray, v: ArrayLike | null | undefined): DType {
  if (v === null || v === undefined) return x.dtype;
  return isScalar(v) ? promoteWeak(x.dtype, weakKind(v as Scalar)) : promote(x.dtype, arrayOf(v).dtype);
}

/**
 * Differences of neighbours along an axis: `y[i] = x[i + 1] - x[i]` (of booleans: whether they differ), `n` times over.
 *
 * @param x at least one axis.
 * @throws {ValueError} for a 0-dimensional array or a negative `n`.
 * @throws {AxisError} for an axis outside the array.
 * @example
 * import { array, diff } from '@chainer/xp';
 * diff(array([1, 4, 9, 16])).toArraySync(); // [3, 5, 7]
 * diff(array([1, 4, 9, 16]), { n: 2, prepend: 0 }).toArraySync(); // [2, 2, 2]
 */
export function diff(x: ArrayLike, options: DiffOptions = {}): NdArray {
  checkOptions('diff', options, ['n', 'axis', 'prepend', 'append']);
  let y = arrayOf(x);
  const n = options.n ?? 1;
  if (!Number.isInteger(n) || n < 0) throw new ValueError(`[diff] n is ${n}; expected a count of 0 or more`);
  if (y.ndim === 0) throw new ValueError('[diff] x is 0-dimensional; expected at least one axis');
  const axis = normalizeAxis(options.axis ?? -1, y.ndim, 'diff');
  const { prepend, append } = options;
  const d = promote(joinedDtype(y, prepend), joinedDtype(y, append));
  const given = (v: ArrayLike | null | undefined): v is ArrayLike => v !== null && v !== undefined;
  if (given(prepend) || given(append)) {
    const like = y;
    const parts = [castTo(y, d)];
    if (given(prepend)) parts.unshift(slice(prepend, like, axis, d));
    if (given(append)) parts.push(slice(append, like, axis, d));
    y = joined(parts, axis);
  }
  for (let i = 0; i < n; i++) y = differences(y, axis);
  return y;
}

/**
 * Differences of neighbours of the flattened array, with values put around them.
 *
 * @param toEnd values behind the differences.
 * @param toBegin values before them.
 * @example
 * import { array, ediff1d } from '@chainer/xp';
 * ediff1d(array([1, 4, 9]), array([99]), array([-1, -2])).toArraySync(); // [-1, -2, 3, 5, 99]
 */
export function ediff1d(
  x: ArrayLike,
  toEnd: ArrayLike | null = null,
  toBegin: ArrayLike | null = null,
): NdArray {
  const a = flat(arrayOf(x));
  const middle = differences(a, 0);
  const around = (v: ArrayLike | null): NdArray[] => {
    if (v === null) return [];
    const y = castTo(arrayOf(v), middle.dtype);
    return [y.ndim === 0 ? axisInserted(y, 0) : flat(y)];
  };
  const parts = [...around(toBegin), middle, ...around(toEnd)];
  return parts.length === 1 ? middle : joined(parts, 0);
}
