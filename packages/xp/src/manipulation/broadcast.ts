import { broadcastSteps, broadcastTwo, sameShape, shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { ValueError } from '../errors.ts';

/** `broadcastTo` for other functions, which name themselves in its error. */
export function broadcastView(x: NdArray, shape: readonly number[], who: string): NdArray {
  if (sameShape(x.shape, shape)) return x;
  const lead = shape.length - x.ndim;
  if (lead < 0 || !x.shape.every((d, i) => d === 1 || d === shape[lead + i])) {
    throw new ValueError(
      `[${who}] an array of shape ${shapeText(x.shape)} cannot be broadcast to ${shapeText(shape)}`,
    );
  }
  return new NdArray(x.storage, x.dtype, shape, broadcastSteps(x.shape, x.steps, shape), x.offset);
}

/**
 * The array read at a larger shape, without a copy: a view with zero strides. Do not write to it.
 *
 * @throws {ValueError} if it does not broadcast to the shape.
 * @example
 * import { array, broadcastTo } from '@chainer/xp';
 * broadcastTo(array([1, 2]), [2, 2]).toArraySync(); // [[1, 2], [1, 2]]
 */
export function broadcastTo(x: NdArray, shape: number | readonly number[]): NdArray {
  return broadcastView(x, typeof shape === 'number' ? [shape] : shape.slice(), 'broadcastTo');
}

/**
 * The shape to which those shapes broadcast.
 *
 * @throws {ValueError} if they do not.
 * @example
 * import { broadcastShapes } from '@chainer/xp';
 * broadcastShapes([3, 1], [4]); // [3, 4]
 */
export function broadcastShapes(...shapes: readonly (number | readonly number[])[]): number[] {
  let out: readonly number[] = [];
  for (const s of shapes) out = broadcastTwo(out, typeof s === 'number' ? [s] : s, 'broadcastShapes');
  return out.slice();
}

/** All arrays as views of the shape to which they broadcast. */
export function broadcastArrays(...arrays: readonly NdArray[]): NdArray[] {
  let out: readonly number[] = [];
  for (const x of arrays) out = broadcastTwo(out, x.shape, 'broadcastArrays');
  return arrays.map((x) => broadcastView(x, out, 'broadcastArrays'));
}
