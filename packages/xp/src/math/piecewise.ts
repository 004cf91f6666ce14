import { isScalar } from '../core/arguments.ts';
import { bool } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { castTo, flat } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { flatPositions } from '../indexing/nonzero.ts';
import { scatterOn } from '../js/families.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { arrayOf } from '../reduction/options.ts';
import { select } from '../scalar/expr.ts';
import { taken } from '../sets/unique.ts';

/** One piece: a constant, or a function of the elements to which it applies. */
export type Piece = Scalar | ((x: NdArray) => ArrayLike);

const choose = /*#__PURE__*/ new ElementwiseKernel('piecewise', 3, (condition, value, before) =>
  select(condition, value, before),
);

const either = /*#__PURE__*/ new ElementwiseKernel('piecewise', 2, (a, b) => a.or(b));
const neither = /*#__PURE__*/ new ElementwiseKernel('piecewise', 1, (a) => a.not());

/**
 * A function defined piece by piece: where `conditions[i]` holds, `pieces[i]`; the last condition that holds decides.
 *
 * @param x any shape; the result has its shape and dtype.
 * @param conditions booleans of x's shape.
 * @param pieces one for each condition, and possibly one more for where none holds (0 otherwise).
 * @throws {ValueError} for another number of pieces.
 * @example
 * import { array, piecewise } from '@chainer/xp';
 * const x = array([-2, 3]);
 * piecewise(x, [array([true, false]), array([false, true])], [-1, (v) => v]).toArraySync(); // [-1, 3]
 */
export function piecewise(
  x: ArrayLike,
  conditions: NdArray | readonly ArrayLike[],
  pieces: readonly Piece[],
): NdArray {
  const a = arrayOf(x);
  const list = (
    Array.isArray(conditions) ? (conditions as readonly ArrayLike[]) : [conditions as NdArray]
  ).map((c) => castTo(arrayOf(c), bool));
  const other = list.find((c) => c.shape.join() !== a.shape.join());
  if (other)
    throw new ValueError(
      `[piecewise] a condition has shape ${shapeText(other.shape)} but x has ${shapeText(a.shape)}`,
    );
  const n = list.length;
  if (pieces.length !== n && pieces.length !== n + 1) {
    throw new ValueError(
      `[piecewise] ${pieces.length} pieces were given for ${n} conditions; expected ${n} or ${n + 1}`,
    );
  }
  const y = emptyOn(a.device, a.shape, a.dtype);
  if (y.size === 0) return y;
  y.device.kernels.fill(y, 0);
  if (pieces.length > n) {
    const any = list.reduce((before, c) => either.call([before, c]));
    place(y, a, neither.call([any]), pieces[n] as Piece);
  }
  for (const [i, condition] of list.entries()) place(y, a, condition, pieces[i] as Piece);
  return y;
}

/** Puts a piece where the condition holds. A function sees only the elements there. */
function place(y: NdArray, x: NdArray, condition: NdArray, piece: Piece): void {
  if (isScalar(piece)) {
    choose.call([condition, piece, y], { out: [y] });
    return;
  }
  const where = flatPositions(condition, 'piecewise');
  if (where.size === 0) return;
  const values = arrayOf(piece(taken(flat(x), where)));
  scatterOn(y.device).scatter(flat(y), where, 0, castTo(values, y.dtype), 'set');
}
