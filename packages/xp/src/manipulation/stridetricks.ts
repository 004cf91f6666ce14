import { axisList } from '../core/arguments.ts';
import { extentOf, shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { shapeFrom } from '../creation/zeros.ts';
import { ValueError } from '../errors.ts';

/**
 * A view with any shape and byte strides over the same memory.
 *
 * @throws {ValueError} for strides that are no multiple of the element's size, or that leave the memory.
 * @example
 * import { arange, lib } from '@chainer/xp';
 * const x = arange(4); // int32: 4 bytes an element
 * lib.strideTricks.asStrided(x, { shape: [3, 2], strides: [4, 4] }).toArraySync(); // [[0, 1], [1, 2], [2, 3]]
 */
export function asStrided(
  x: NdArray,
  options: { readonly shape?: readonly number[] | null; readonly strides?: readonly number[] | null } = {},
): NdArray {
  const shape = options.shape ? shapeFrom(options.shape, 'asStrided') : x.shape;
  const steps = options.strides ? options.strides.map((s) => s / x.dtype.itemsize) : x.steps;
  if (steps.length !== shape.length)
    throw new ValueError(`[asStrided] ${steps.length} strides were given for shape ${shapeText(shape)}`);
  if (!steps.every(Number.isInteger)) {
    throw new ValueError(
      `[asStrided] strides are in bytes, multiples of ${x.dtype.itemsize} for ${x.dtype.name}; got [${(options.strides ?? []).join(', ')}]`,
    );
  }
  const range = extentOf(shape, steps, x.offset);
  const elements = x.storage.nbytes / x.dtype.itemsize;
  if (range && (range[0] < 0 || range[1] >= elements)) {
    throw new ValueError(
      `[asStrided] the view reaches from element ${range[0]} to ${range[1]}, outside the ${elements} there are`,
    );
  }
  return new NdArray(x.storage, x.dtype, shape, steps, x.offset);
}

/**
 * All windows of that shape, as new last axes; a view. Do not write to it.
 *
 * @param options `axis`: the axes along which windows slide; all unless given.
 * @throws {ValueError} for a window larger than the array.
 * @example
 * import { arange, lib } from '@chainer/xp';
 * lib.strideTricks.slidingWindowView(arange(4), 3).toArraySync(); // [[0, 1, 2], [1, 2, 3]]
 */
export function slidingWindowView(
  x: NdArray,
  windowShape: number | readonly number[],
  options: { readonly axis?: number | readonly number[] | null } = {},
): NdArray {
  const window = shapeFrom(windowShape, 'slidingWindowView');
  const given = options.axis ?? null;
  const axes = given === null ? x.shape.map((_, i) => i) : axisList(given, x.ndim, 'slidingWindowView');
  if (axes.length !== window.length)
    throw new ValueError(
      `[slidingWindowView] the window has ${window.length} extents for ${axes.length} axes`,
    );
  const shape = x.shape.slice();
  axes.forEach((a, k) => {
    const left = (shape[a] as number) - (window[k] as number) + 1;
    if (left < 1)
      throw new ValueError(
        `[slidingWindowView] a window of ${window[k]} is larger than axis ${a} with size ${shape[a]}`,
      );
    shape[a] = left;
  });
  return new NdArray(
    x.storage,
    x.dtype,
    [...shape, ...window],
    [...x.steps, ...axes.map((a) => x.steps[a] as number)],
    x.offset,
  );
}

/** NumPy's `lib`. */
export const lib = { strideTricks: { asStrided, slidingWindowView } };
