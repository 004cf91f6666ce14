import { checkOptions } from '../core/check-options.ts';
import { int32 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { type ArrayLike, asarray } from '../creation/array.ts';
import { astype } from '../creation/copy.ts';
import { ValueError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { ravel } from '../manipulation/ravel.ts';
import { reshapeTo } from '../manipulation/reshape.ts';
import { coord, input } from '../scalar/expr.ts';
import { type IndexMode, type IntegerIndices, indicesFor } from './mode.ts';
import { flatPositions } from './nonzero.ts';
import { placesOf } from './places.ts';
import { blame } from './positions.ts';
import { scatterPlaces } from './setat.ts';
import { setWhere } from './setwhere.ts';
import { take } from './take.ts';

const cycle = /*#__PURE__*/ new Kernel('cycle', [coord(0).mod(input(0))], [], [int32]);

/** `x` over and over until there are `count` elements, in one dimension. */
export function cycled(x: NdArray, count: number, who: string): NdArray {
  const flat = ravel(x);
  if (flat.size === count) return flat;
  if (flat.size === 0) throw new ValueError(`[${who}] there are no values to repeat`);
  const index = emptyOn(x.device, [count], int32);
  const inputs = [flat.size];
  launch(cycle.program(inputs), inputs, [index], who, [count]);
  return take(flat, index);
}

/** Values as an array; literals take the dtype of what they are written to. */
function valuesFor(x: NdArray, values: ArrayLike): NdArray {
  return values instanceof NdArray ? values : asarray(values, { device: x.device, dtype: x.dtype });
}

/** Writes at flat positions, wherever they stand in memory. */
function putFlat(x: NdArray, index: NdArray, values: NdArray | Scalar, who: string): void {
  if (!x.contiguous) {
    const outside = blame([{ index, extent: x.size, axis: 0 }], who);
    if (outside) throw outside;
  }
  const target = x.ndim === 0 ? new NdArray(x.storage, x.dtype, [1], undefined, x.offset) : x;
  const atoms = [{ axis: 0, own: 0, span: target.ndim, mask: null, index }];
  scatterPlaces(placesOf({ view: target, atoms, together: true }, who), values, 'set', who);
}

/**
 * Sets elements of the flat array in place; values are repeated as needed.
 *
 * @throws {IndexError} for an index out of range where the mode is 'raise'.
 * @example
 * import { put, zeros } from '@chainer/xp';
 * const x = zeros([2, 2]);
 * put(x, [0, 3], [7, 8]);
 * x.toArraySync(); // [[7, 0], [0, 8]]
 */
export function put(
  x: NdArray,
  indices: IntegerIndices,
  values: ArrayLike,
  options: { readonly mode?: IndexMode } = {},
): void {
  checkOptions('put', options, ['mode']);
  const index = indicesFor(indices, x.size, options.mode ?? 'raise', x.device, 'put');
  if (index.size === 0) return;
  const flat = reshapeTo(index, [index.size]);
  const v = valuesFor(x, values);
  const needed = v.size > index.size ? take(ravel(v), upTo(v, index.size)) : cycled(v, index.size, 'put');
  putFlat(x, flat, needed, 'put');
}

function upTo(x: NdArray, count: number): NdArray {
  const index = emptyOn(x.device, [count], int32);
  launch(cycle.program([count]), [count], [index], 'put', [count]);
  return index;
}

/**
 * Sets the elements where `mask` is true to the values, one after another, over and over.
 *
 * @throws {ValueError} if there are no values.
 * @example
 * import { array, place } from '@chainer/xp';
 * const x = array([1, 2, 3, 4]);
 * place(x, x.gt(1), [10, 20]);
 * x.toArraySync(); // [1, 10, 20, 10]
 */
export function place(x: NdArray, mask: ArrayLike, values: ArrayLike): void {
  const m = asarray(mask, { device: x.device });
  if (m.size !== x.size)
    throw new ValueError(`[place] mask has shape ${shapeText(m.shape)} and the array ${shapeText(x.shape)}`);
  const index = flatPositions(m, 'place');
  if (index.size === 0) return;
  const v = valuesFor(x, values);
  putFlat(
    x,
    index,
    v.size > index.size ? take(ravel(v), upTo(v, index.size)) : cycled(v, index.size, 'place'),
    'place',
  );
}

/**
 * Sets the elements where `mask` is true to the value at the same flat position; values are repeated as needed.
 *
 * @example
 * import { array, putmask } from '@chainer/xp';
 * const x = array([1, 2, 3]);
 * putmask(x, x.gt(1), [10, 20, 30]);
 * x.toArraySync(); // [1, 20, 30]
 */
export function putmask(x: NdArray, mask: ArrayLike, values: ArrayLike): void {
  const given = asarray(mask, { device: x.device });
  const m = given.dtype.kind === 'b' ? given : astype(given, 'bool');
  if (m.size !== x.size)
    throw new ValueError(
      `[putmask] mask has shape ${shapeText(m.shape)} and the array ${shapeText(x.shape)}`,
    );
  if (x.size === 0) return;
  const v = valuesFor(x, values);
  const same = v.size > x.size ? take(ravel(v), upTo(v, x.size)) : cycled(v, x.size, 'putmask');
  setWhere(x, reshapeTo(m, x.shape), reshapeTo(same, x.shape), 'putmask');
}

/**
 * Sets the main diagonal in place; values are repeated as needed. `wrap` lets the diagonal of a tall matrix begin anew.
 *
 * @throws {ValueError} below two dimensions, or above two for extents that differ.
 */
export function fillDiagonal(x: NdArray, value: ArrayLike, options: { readonly wrap?: boolean } = {}): void {
  checkOptions('fillDiagonal', options, ['wrap']);
  if (x.ndim < 2) throw new ValueError(`[fillDiagonal] expected at least 2 dimensions, got ${x.ndim}`);
  const n = x.shape[0] as number;
  if (x.ndim > 2 && x.shape.some((d) => d !== n)) {
    throw new ValueError(
      `[fillDiagonal] with more than 2 dimensions all extents are equal, got ${shapeText(x.shape)}`,
    );
  }
  const columns = x.shape[1] as number;
  const step = x.ndim === 2 ? columns + 1 : x.shape.reduce((sum, _, i) => sum + n ** i, 0);
  const end = x.ndim === 2 && !options.wrap ? Math.min(columns * columns, x.size) : x.size;
  const count = Math.ceil(end / step);
  if (count === 0) return;
  const index = emptyOn(x.device, [count], int32);
  launch(diagonalPositions.program([step]), [step], [index], 'fillDiagonal', [count]);
  put(x, index, value);
}

const diagonalPositions = /*#__PURE__*/ new Kernel('fillDiagonal', [coord(0).mul(input(0))], [], [int32]);
