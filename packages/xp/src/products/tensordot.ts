import { axisList, commonDevice } from '../core/arguments.ts';
import { kindOf, optionsOf } from '../core/check-options.ts';
import { shapeText, sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { castTo, permuted, reshaped } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { checkOut } from '../kernel/launch.ts';
import { arrayOf } from '../reduction/options.ts';
import { multiplyMatrices } from './matmul.ts';

/** Which axes to sum over: how many (the last of a with the first of b), or one list for each operand. */
export type TensordotAxes = number | readonly [number | readonly number[], number | readonly number[]];

/** Sums products over the paired axes; the result has a's other axes, then b's. */
export function contract(
  a: NdArray,
  b: NdArray,
  axesA: readonly number[],
  axesB: readonly number[],
  who: string,
  out: NdArray | null = null,
): NdArray {
  axesA.forEach((axis, i) => {
    const other = axesB[i] as number;
    if (a.shape[axis] !== b.shape[other]) {
      throw new ValueError(
        `[${who}] axis ${axis} of a has ${a.shape[axis]} elements but axis ${other} of b has ${b.shape[other]} (a: ${shapeText(a.shape)}, b: ${shapeText(b.shape)})`,
      );
    }
  });
  const device = commonDevice([a, b, out], who);
  const d = promote(a.dtype, b.dtype);
  const freeA = a.shape.map((_, i) => i).filter((i) => !axesA.includes(i));
  const freeB = b.shape.map((_, i) => i).filter((i) => !axesB.includes(i));
  const shapeA = freeA.map((i) => a.shape[i] as number);
  const shapeB = freeB.map((i) => b.shape[i] as number);
  const k = sizeOf(axesA.map((i) => a.shape[i] as number));
  const left = reshaped(permuted(castTo(a, d), [...freeA, ...axesA]), [sizeOf(shapeA), k]);
  const right = reshaped(permuted(castTo(b, d), [...axesB, ...freeB]), [k, sizeOf(shapeB)]);
  const y = emptyOn(device as NonNullable<typeof device>, [sizeOf(shapeA), sizeOf(shapeB)], d);
  multiplyMatrices(left, right, y);
  const result = new NdArray(y.storage, d, [...shapeA, ...shapeB]);
  if (out === null) return result;
  checkOut(out, result.shape, d, who);
  if (result.size > 0) out.device.kernels.copy(result, out);
  return out;
}

/**
 * Tensor product summed over pairs of axes: `y[i…, j…] = Σ_k a[i…, k…] b[k…, j…]`.
 *
 * @param options `axes`: how many axes (the last of a with the first of b; 2 unless given; 0 gives the outer product), or
 * `[axes of a, axes of b]`.
 * @returns the other axes of a, then those of b.
 * @throws {ValueError} where paired axes differ in extent or number.
 * @throws {AxisError} for an axis outside an operand.
 * @example
 * import { arange, tensordot } from '@chainer/xp';
 * tensordot(arange(6).reshape(2, 3), arange(6).reshape(3, 2), { axes: 1 }).toArraySync(); // [[10, 13], [28, 40]]
 */
export function tensordot(
  a: ArrayLike,
  b: ArrayLike,
  axesOrOptions: TensordotAxes | { readonly axes?: TensordotAxes } = 2,
): NdArray {
  const x = arrayOf(a);
  const y = arrayOf(b);
  const { axes = 2 } = optionsOf('tensordot', axesOrOptions, undefined, ['axes']);
  let axesA: number[];
  let axesB: number[];
  if (typeof axes === 'number') {
    if (!Number.isInteger(axes) || axes < 0 || axes > x.ndim || axes > y.ndim) {
      throw new ValueError(`[tensordot] axes is ${axes} but a has ${x.ndim} dimensions and b has ${y.ndim}`);
    }
    axesA = Array.from({ length: axes }, (_, i) => x.ndim - axes + i);
    axesB = Array.from({ length: axes }, (_, i) => i);
  } else {
    if (!Array.isArray(axes) || axes.length !== 2)
      throw new ValueError(
        `[tensordot] axes must be a number or a list [axes of a, axes of b], got ${Array.isArray(axes) ? `[${axes.join(', ')}]` : kindOf(axes)}`,
      );
    axesA = axisList(axes[0], x.ndim, 'tensordot');
    axesB = axisList(axes[1], y.ndim, 'tensordot');
    if (axesA.length !== axesB.length) {
      throw new ValueError(
        `[tensordot] axes pairs ${axesA.length} axes of a with ${axesB.length} of b; expected as many of both`,
      );
    }
  }
  return contract(x, y, axesA, axesB, 'tensordot');
}

/**
 * Sums products over the last axes: `y[i…, j…] = Σ_k a[i…, k] b[j…, k]`.
 *
 * @throws {ValueError} where the last axes differ.
 * @example
 * import { array, inner } from '@chainer/xp';
 * inner(array([1, 2, 3]), array([4, 5, 6])).itemSync(); // 32
 */
export function inner(a: ArrayLike, b: ArrayLike): NdArray {
  const x = arrayOf(a);
  const y = arrayOf(b);
  if (x.ndim === 0 || y.ndim === 0) return contract(x, y, [], [], 'inner');
  return contract(x, y, [x.ndim - 1], [y.ndim - 1], 'inner');
}
