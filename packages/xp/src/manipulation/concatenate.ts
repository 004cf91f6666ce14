import { commonDevice, normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { type DTypeLike, dtype } from '../core/dtype.ts';
import { sameShape, shapeText } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { type Casting, castable, promote } from '../core/promotion.ts';
import { type ArrayLike, asarray } from '../creation/array.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { atleast1d, atleast2d, atleast3d } from './atleast.ts';
import { ravel } from './ravel.ts';
import { expandDims } from './squeeze.ts';

/** Options of functions that join arrays. */
export interface JoinOptions {
  readonly out?: NdArray | null;
  readonly dtype?: DTypeLike | null;
  readonly casting?: Casting;
}

const joinKeys = ['out', 'dtype', 'casting'] as const;

/** Arrays to join, in a list or along the first axis of one array. */
export type Joined = readonly ArrayLike[] | NdArray;

function listOf(arrays: Joined, who: string): NdArray[] {
  const list = Array.from(arrays as Iterable<ArrayLike>, (x) => (x instanceof NdArray ? x : asarray(x)));
  if (list.length === 0) throw new ValueError(`[${who}] at least one array is needed`);
  commonDevice(list, who);
  return list;
}

/** Joins arrays that agree but for `axis`. */
function join(list: readonly NdArray[], axis: number, options: JoinOptions, who: string): NdArray {
  const first = list[0] as NdArray;
  if (first.ndim === 0) throw new ValueError(`[${who}] 0-d arrays cannot be joined; use stack`);
  const at = normalizeAxis(axis, first.ndim, who);
  let d = first.dtype;
  let extent = 0;
  for (const x of list) {
    if (x.ndim !== first.ndim || x.shape.some((n, i) => i !== at && n !== first.shape[i])) {
      throw new ValueError(
        `[${who}] shapes ${shapeText(first.shape)} and ${shapeText(x.shape)} differ outside axis ${at}`,
      );
    }
    d = promote(d, x.dtype);
    extent += x.shape[at] as number;
  }
  const shape = first.shape.slice();
  shape[at] = extent;
  const wanted = options.dtype ? dtype(options.dtype) : (options.out?.dtype ?? d);
  for (const x of list) {
    if (!castable(x.dtype, wanted, options.casting ?? 'same_kind')) {
      throw new DTypeError(
        `[${who}] cannot cast from ${x.dtype.name} to ${wanted.name} under rule '${options.casting ?? 'same_kind'}'`,
      );
    }
  }
  const out = options.out ?? emptyOn(first.device, shape, wanted);
  if (!sameShape(out.shape, shape)) {
    throw new ValueError(
      `[${who}] out has shape ${shapeText(out.shape)} but the result has shape ${shapeText(shape)}`,
    );
  }
  let start = 0;
  for (const x of list) {
    const part = new NdArray(
      out.storage,
      out.dtype,
      x.shape,
      out.steps,
      out.offset + start * (out.steps[at] as number),
    );
    if (x.size > 0) out.device.kernels.copy(x, part);
    start += x.shape[at] as number;
  }
  return out;
}

/**
 * Arrays joined along an existing axis (0 unless given; null: all flattened).
 *
 * @throws {ValueError} if other axes differ, or there are no arrays.
 * @example
 * import { array, concatenate } from '@chainer/xp';
 * concatenate([array([[1, 2]]), array([[3, 4]])], { axis: 1 }).toArraySync(); // [[1, 2, 3, 4]]
 */
export function concatenate(
  arrays: Joined,
  options: JoinOptions & { readonly axis?: number | null } = {},
): NdArray {
  checkOptions('concatenate', options, [...joinKeys, 'axis']);
  const list = listOf(arrays, 'concatenate');
  if (options.axis === null)
    return join(
      list.map((x) => ravel(x)),
      0,
      options,
      'concatenate',
    );
  return join(list, options.axis ?? 0, options, 'concatenate');
}

/** The array API's name of `concatenate`. */
export const concat: (arrays: Joined, options?: JoinOptions & { readonly axis?: number | null }) => NdArray =
  concatenate;

/**
 * Arrays of one shape joined along a new axis.
 *
 * @throws {ValueError} if the shapes differ.
 * @example
 * import { array, stack } from '@chainer/xp';
 * stack([array([1, 2]), array([3, 4])], { axis: 1 }).toArraySync(); // [[1, 3], [2, 4]]
 */
export function stack(arrays: Joined, options: JoinOptions & { readonly axis?: number } = {}): NdArray {
  checkOptions('stack', options, [...joinKeys, 'axis']);
  const list = listOf(arrays, 'stack');
  const first = list[0] as NdArray;
  const odd = list.find((x) => !sameShape(x.shape, first.shape));
  if (odd)
    throw new ValueError(
      `[stack] all arrays have one shape, got ${shapeText(first.shape)} and ${shapeText(odd.shape)}`,
    );
  const axis = normalizeAxis(options.axis ?? 0, first.ndim + 1, 'stack');
  return join(
    list.map((x) => expandDims(x, axis)),
    axis,
    options,
    'stack',
  );
}

/** Arrays joined along the first axis, as rows if they have one dimension. */
export function vstack(arrays: Joined, options: JoinOptions = {}): NdArray {
  checkOptions('vstack', options, joinKeys);
  return join(
    listOf(arrays, 'vstack').map((x) => atleast2d(x)),
    0,
    options,
    'vstack',
  );
}

/** Another name of `vstack`. */
export const rowStack: (arrays: Joined, options?: JoinOptions) => NdArray = vstack;

/** Arrays joined along the second axis, or the first if they have one dimension. */
export function hstack(arrays: Joined, options: JoinOptions = {}): NdArray {
  checkOptions('hstack', options, joinKeys);
  const list = listOf(arrays, 'hstack').map((x) => atleast1d(x));
  return join(list, (list[0] as NdArray).ndim === 1 ? 0 : 1, options, 'hstack');
}

/** Arrays joined along the third axis. */
export function dstack(arrays: Joined, options: JoinOptions = {}): NdArray {
  checkOptions('dstack', options, joinKeys);
  return join(
    listOf(arrays, 'dstack').map((x) => atleast3d(x)),
    2,
    options,
    'dstack',
  );
}

/** Vectors as columns of a matrix; matrices side by side. */
export function columnStack(arrays: Joined, options: JoinOptions = {}): NdArray {
  checkOptions('columnStack', options, joinKeys);
  const columns = listOf(arrays, 'columnStack').map((x) => (x.ndim < 2 ? expandDims(atleast1d(x), 1) : x));
  return join(columns, 1, options, 'columnStack');
}

/**
 * `values` after `x` along an axis; both flattened without one.
 *
 * @example
 * import { append, array } from '@chainer/xp';
 * append(array([1, 2]), [3]).toArraySync(); // [1, 2, 3]
 */
export function append(
  x: NdArray,
  values: ArrayLike,
  options: { readonly axis?: number | null } = {},
): NdArray {
  checkOptions('append', options, ['axis']);
  const v = values instanceof NdArray ? values : asarray(values, { device: x.device, dtype: x.dtype });
  const axis = options.axis ?? null;
  return axis === null
    ? join([ravel(x), ravel(v)], 0, {}, 'append')
    : join(listOf([x, v], 'append'), axis, {}, 'append');
}
