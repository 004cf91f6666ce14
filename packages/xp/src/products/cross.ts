import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { broadcastTwo, shapeText } from '../core/layout.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { axisMoved, copyOf, picked } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { arrayOf } from '../reduction/options.ts';

/** Options of `cross`: the axes that hold the components; the last unless given. */
export interface CrossOptions {
  readonly axisa?: number;
  readonly axisb?: number;
  /** Where the result has them. */
  readonly axisc?: number;
  /** All three at once. */
  readonly axis?: number | null;
}

const minor = /*#__PURE__*/ new ElementwiseKernel('cross', 4, (a, b, c, d) => a.mul(d).sub(b.mul(c)));
const times = /*#__PURE__*/ new ElementwiseKernel('cross', 2, (a, b) => a.mul(b));
const minusTimes = /*#__PURE__*/ new ElementwiseKernel('cross', 2, (a, b) => a.mul(b).neg());

/**
 * Vector product of vectors of three components: `y = [a₁b₂ - a₂b₁, a₂b₀ - a₀b₂, a₀b₁ - a₁b₀]`.
 *
 * Vectors of two components count as lying in the plane; of two such only the third component is returned, without its axis.
 *
 * @throws {ValueError} where the axis of components has not 2 or 3 elements.
 * @example
 * import { array, cross } from '@chainer/xp';
 * cross(array([1, 0, 0]), array([0, 1, 0])).toArraySync(); // [0, 0, 1]
 */
export function cross(a: ArrayLike, b: ArrayLike, options: CrossOptions = {}): NdArray {
  checkOptions('cross', options, ['axisa', 'axisb', 'axisc', 'axis']);
  const common = options.axis ?? undefined;
  const components = (x: NdArray, axis: number, name: string): NdArray => {
    const at = normalizeAxis(axis, x.ndim, 'cross');
    const n = x.shape[at] as number;
    if (n !== 2 && n !== 3) {
      throw new ValueError(
        `[cross] axis ${axis} of ${name} has ${n} elements; expected 2 or 3 (${name}: ${shapeText(x.shape)})`,
      );
    }
    return axisMoved(x, at, 0);
  };
  const x = components(arrayOf(a), common ?? options.axisa ?? -1, 'a');
  const y = components(arrayOf(b), common ?? options.axisb ?? -1, 'b');
  const part = (z: NdArray, i: number): NdArray | null =>
    i < (z.shape[0] as number) ? picked(z, 0, i) : null;
  const [a0, a1, a2] = [part(x, 0), part(x, 1), part(x, 2)] as [NdArray, NdArray, NdArray | null];
  const [b0, b1, b2] = [part(y, 0), part(y, 1), part(y, 2)] as [NdArray, NdArray, NdArray | null];
  if (a2 === null && b2 === null) return minor.call([a0, a1, b0, b1]);
  const shape = broadcastTwo(a0.shape, b0.shape, 'cross');
  const result = emptyOn(x.device, [3, ...shape], promote(x.dtype, y.dtype));
  const to = (i: number) => ({ out: [picked(result, 0, i)] });
  // A component that is not there is 0, and so are its products.
  if (a2 && b2) {
    minor.call([a1, a2, b1, b2], to(0));
    minor.call([a2, a0, b2, b0], to(1));
  } else if (b2) {
    times.call([a1, b2], to(0));
    minusTimes.call([a0, b2], to(1));
  } else {
    minusTimes.call([a2 as NdArray, b1], to(0));
    times.call([a2 as NdArray, b0], to(1));
  }
  minor.call([a0, a1, b0, b1], to(2));
  const moved = axisMoved(result, 0, normalizeAxis(common ?? options.axisc ?? -1, result.ndim, 'cross'));
  return moved.contiguous ? moved : copyOf(moved);
}
