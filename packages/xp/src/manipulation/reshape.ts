import { checkOptions } from '../core/check-options.ts';
import { contiguousSteps, sameShape, shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { dense } from '../core/read.ts';
import { stepsFor } from '../core/views.ts';
import { ValueError } from '../errors.ts';
import { fortran } from './order.ts';

/** Order in which elements are read and placed: rows first (C), columns first (F), or as they stand in memory (A). */
export type Order = 'C' | 'F' | 'A';

/** A shape with at most one -1 made definite. */
export function definiteShape(shape: readonly number[], size: number, who: string): readonly number[] {
  let known = 1;
  let hole = -1;
  for (let i = 0; i < shape.length; i++) {
    const d = shape[i] as number;
    if (d >= 0 && Number.isInteger(d)) known *= d;
    else if (d === -1 && hole < 0) hole = i;
    else
      throw new ValueError(
        `[${who}] bad shape ${shapeText(shape)}: extents are integers from 0 on, one may be -1`,
      );
  }
  if (hole < 0) {
    if (known === size) return shape;
  } else if (known > 0 && size % known === 0) {
    const out = shape.slice();
    out[hole] = size / known;
    return out;
  }
  throw new ValueError(`[${who}] cannot reshape an array of size ${size} into shape ${shapeText(shape)}`);
}

/** A view of that shape, or null where strides do not allow one. */
export function reshapeView(x: NdArray, shape: readonly number[]): NdArray | null {
  if (x.contiguous) return new NdArray(x.storage, x.dtype, shape, undefined, x.offset);
  const steps = x.size === 0 ? contiguousSteps(shape) : stepsFor(x, shape);
  return steps && new NdArray(x.storage, x.dtype, shape, steps, x.offset);
}

/** The C-order reshape without checks of the caller's arguments: `shape` is definite and fits. */
export function reshapeTo(x: NdArray, shape: readonly number[]): NdArray {
  return reshapeView(x, shape) ?? new NdArray(dense(x).storage, x.dtype, shape);
}

/**
 * The same elements in another shape: a view where the strides allow one, else a copy.
 *
 * @param shape extents, or one number for a 1-d result; one extent may be -1 and follows from the others.
 * @throws {ValueError} if the sizes differ.
 * @example
 * import { arange, reshape } from '@chainer/xp';
 * reshape(arange(6), [2, -1]).shape; // [2, 3]
 */
export function reshape(
  x: NdArray,
  shape: number | readonly number[],
  options: { readonly order?: Order } = {},
): NdArray {
  checkOptions('reshape', options, ['order']);
  const definite = definiteShape(typeof shape === 'number' ? [shape] : shape, x.size, 'reshape');
  if (fortran(x, options.order ?? 'C')) return reversed(reshapeTo(reversed(x), definite.slice().reverse()));
  return sameShape(definite, x.shape)
    ? new NdArray(x.storage, x.dtype, x.shape, x.steps, x.offset)
    : reshapeTo(x, definite.slice());
}

/** Axes in reverse order; a view. */
export function reversed(x: NdArray): NdArray {
  if (x.ndim < 2) return x;
  return new NdArray(x.storage, x.dtype, x.shape.slice().reverse(), x.steps.slice().reverse(), x.offset);
}
