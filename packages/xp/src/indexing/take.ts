import { normalizeAxis } from '../core/arguments.ts';
import { optionsOf } from '../core/check-options.ts';
import { broadcastTwo, extentOf, shapeText } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { IndexError, ValueError } from '../errors.ts';
import { gatherOn } from '../js/families.ts';
import { ravel } from '../manipulation/ravel.ts';
import { reshapeTo } from '../manipulation/reshape.ts';
import { gatherPlaces } from './at.ts';
import { copyInto } from './copyinto.ts';
import { asInt32 } from './integers.ts';
import { type IndexMode, type IntegerIndices, indicesFor } from './mode.ts';
import type { Places } from './places.ts';
import { positions } from './positions.ts';
import { scatterPlaces } from './setat.ts';

/** Options of `take`. */
export interface TakeOptions {
  readonly axis?: number | null;
  readonly mode?: IndexMode;
  readonly out?: NdArray | null;
}

/**
 * Elements (or slices along `axis`) at integer indices of any shape; over the flat array without an axis.
 *
 * @throws {IndexError} if an index is out of range and `mode` is 'raise'.
 * @example
 * import { array, take } from '@chainer/xp';
 * take(array([10, 20, 30]), [2, 0]).toArraySync(); // [30, 10]
 */
export function take(
  x: NdArray,
  indices: IntegerIndices,
  axisOrOptions: number | null | TakeOptions = {},
): NdArray {
  const options = optionsOf('take', axisOrOptions, undefined, ['axis', 'mode', 'out']);
  const flat = options.axis === undefined || options.axis === null;
  const from = flat ? ravel(x) : x;
  const axis = flat ? 0 : normalizeAxis(options.axis as number, x.ndim, 'take');
  const extent = from.shape[axis] as number;
  const index = indicesFor(indices, extent, options.mode ?? 'raise', x.device, 'take');
  if (extent === 0 && index.size > 0) throw new IndexError('[take] cannot take from an empty axis');
  const outer = from.shape.slice(0, axis);
  const inner = from.shape.slice(axis + 1);
  const out = emptyOn(x.device, [...outer, index.size, ...inner], x.dtype);
  if (index.size > 0) gatherOn(x.device).gather(from, reshapeTo(index, [index.size]), axis, out);
  return copyInto(reshapeTo(out, [...outer, ...index.shape, ...inner]), options.out, 'take');
}

/** Where, for every element of `indices`, the element of `x` along `axis` stands in memory. */
function placesAlong(x: NdArray, indices: NdArray, axis: number, who: string): Places {
  if (indices.ndim !== x.ndim) {
    throw new ValueError(
      `[${who}] indices have ${indices.ndim} dimensions and the array ${x.ndim}; they must agree`,
    );
  }
  const at = normalizeAxis(axis, x.ndim, who);
  const others = x.shape.map((d, i) => (i === at ? 1 : d));
  const shape = broadcastTwo(
    others,
    indices.shape.map((d, i) => (i === at ? 1 : d)),
    who,
  ).slice();
  shape[at] = indices.shape[at] as number;
  const [low, high] = extentOf(x.shape, x.steps, x.offset) ?? [0, -1];
  const length = high - low + 1;
  const index = asInt32(indices, who);
  const extent = x.shape[at] as number;
  const walks = x.steps
    .map((step, i) => ({ axis: i, step }))
    .filter((w) => w.axis !== at && x.shape[w.axis] !== 1);
  const term = { index, extent, step: x.steps[at] as number };
  return {
    target: new NdArray(x.storage, x.dtype, [length], [1], low),
    axis: 0,
    indices: positions(shape, x.offset - low, [term], walks, length),
    shape,
    flat: [shape.reduce((n, d) => n * d, 1)],
    run(body) {
      try {
        body();
      } catch (error) {
        if (!(error instanceof IndexError)) throw error;
        throw new IndexError(
          `[${who}] an index is out of bounds for axis ${at} with size ${extent} of shape ${shapeText(x.shape)}`,
          { cause: error },
        );
      }
    },
  };
}

/**
 * For every element of `indices`, the element of `x` at that place along `axis`; the other axes broadcast. What argsort and
 * argmax return fits in.
 *
 * @throws {ValueError} if the dimensions differ.
 * @example
 * import { argsort, array, takeAlongAxis } from '@chainer/xp';
 * const x = array([[3, 1, 2]]);
 * takeAlongAxis(x, argsort(x, { axis: 1 }), 1).toArraySync(); // [[1, 2, 3]]
 */
export function takeAlongAxis(x: NdArray, indices: NdArray, axis: number | null = -1): NdArray {
  return axis === null
    ? takeAlongAxis(ravel(x), indices, 0)
    : gatherPlaces(placesAlong(x, indices, axis, 'takeAlongAxis'));
}

/** Sets, for every element of `indices`, the element of `x` at that place along `axis`; the other axes broadcast. */
export function putAlongAxis(
  x: NdArray,
  indices: NdArray,
  values: NdArray | Scalar,
  axis: number | null,
): void {
  const target = axis === null ? flatView(x, 'putAlongAxis') : x;
  scatterPlaces(placesAlong(target, indices, axis ?? 0, 'putAlongAxis'), values, 'set', 'putAlongAxis');
}

/** The array as a flat view, for writing. @throws {ValueError} where strides allow none. */
export function flatView(x: NdArray, who: string): NdArray {
  const y = ravel(x);
  if (y.storage !== x.storage)
    throw new ValueError(
      `[${who}] an array of shape ${shapeText(x.shape)} with gaps cannot be written to as a flat one`,
    );
  return y;
}
