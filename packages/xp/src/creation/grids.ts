import { checkOptions } from '../core/check-options.ts';
import { defaultDtype } from '../core/config.ts';
import type { Device } from '../core/device.ts';
import { type DTypeLike, dtype, int32 } from '../core/dtype.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { ValueError } from '../errors.ts';
import { Slice } from '../indexing/grammar.ts';
import { broadcastView } from '../manipulation/broadcast.ts';
import { ravel } from '../manipulation/ravel.ts';
import { arange } from './arange.ts';
import { copy } from './copy.ts';

/** Options of `meshgrid`. */
export interface MeshgridOptions {
  /** `xy` (plots: the first vector runs along columns) or `ij` (matrices). */
  readonly indexing?: 'xy' | 'ij';
  /** Leave axes of extent 1 that only repeat. */
  readonly sparse?: boolean;
  /** false: broadcast views. */
  readonly copy?: boolean;
}

/**
 * Coordinate arrays of a grid from coordinate vectors.
 *
 * @throws {ValueError} for another `indexing`.
 * @example
 * import { arange, meshgrid } from '@chainer/xp';
 * meshgrid(arange(2), arange(2)).map((g) => g.toArraySync()); // [[[0, 1], [0, 1]], [[0, 0], [1, 1]]]
 */
export function meshgrid(...args: readonly (NdArray | MeshgridOptions)[]): NdArray[] {
  const last = args[args.length - 1];
  const options: MeshgridOptions = last === undefined || last instanceof NdArray ? {} : last;
  const vectors = args.filter((x) => x instanceof NdArray).map((x) => ravel(x));
  const { indexing = 'xy', sparse = false } = options;
  if (indexing !== 'xy' && indexing !== 'ij')
    throw new ValueError(`[meshgrid] indexing is 'xy' or 'ij', got '${String(indexing)}'`);
  const n = vectors.length;
  const axisOf = (k: number) => (indexing === 'xy' && n > 1 && k < 2 ? 1 - k : k);
  const shape = new Array<number>(n);
  vectors.forEach((v, k) => {
    shape[axisOf(k)] = v.size;
  });
  return vectors.map((v, k) => {
    const axis = axisOf(k);
    const thin = new NdArray(
      v.storage,
      v.dtype,
      shape.map((d, i) => (i === axis ? d : 1)),
      shape.map((_, i) => (i === axis ? (v.steps[0] as number) : 0)),
      v.offset,
    );
    const grid = sparse ? thin : broadcastView(thin, shape, 'meshgrid');
    return options.copy === false ? grid : copy(grid);
  });
}

/** Coordinate vectors of slices: `s(0, 3)` is 0, 1, 2. */
function vectorsOf(slices: readonly Slice[], who: string): NdArray[] {
  return slices.map((slice) => {
    if (!(slice instanceof Slice) || slice.stop === null)
      throw new ValueError(`[${who}] slices have an end, such as s(0, 3), got ${String(slice)}`);
    return arange(slice.start ?? 0, slice.stop, slice.step ?? 1);
  });
}

/** A dense grid over slices, one coordinate array per axis stacked along the first axis: `mgrid(s(0, 2), s(0, 3))`. */
export function mgrid(...slices: readonly Slice[]): NdArray {
  return stacked(meshgrid(...vectorsOf(slices, 'mgrid'), { indexing: 'ij', copy: false }));
}

/** An open grid over slices: one coordinate array per axis, with extent 1 along the others. */
export function ogrid(...slices: readonly Slice[]): NdArray[] {
  return meshgrid(...vectorsOf(slices, 'ogrid'), { indexing: 'ij', sparse: true });
}

function stacked(grids: readonly NdArray[]): NdArray {
  const first = grids[0];
  if (first === undefined) throw new ValueError('[mgrid] at least one slice is needed');
  const out = emptyOn(first.device, [grids.length, ...first.shape], first.dtype);
  grids.forEach((g, k) => {
    const part = new NdArray(out.storage, out.dtype, g.shape, undefined, k * g.size);
    if (g.size > 0) out.device.kernels.copy(g, part);
  });
  return out;
}

/**
 * Coordinates of every element of an array of that shape, stacked along the first axis (or, `sparse`, in a list).
 *
 * @example
 * import { indices } from '@chainer/xp';
 * indices([2, 2]).toArraySync(); // [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]
 */
export function indices(
  dimensions: readonly number[],
  options: { readonly dtype?: DTypeLike; readonly sparse: true; readonly device?: Device | string | null },
): NdArray[];
export function indices(
  dimensions: readonly number[],
  options?: {
    readonly dtype?: DTypeLike;
    readonly sparse?: boolean;
    readonly device?: Device | string | null;
  },
): NdArray;
export function indices(
  dimensions: readonly number[],
  options: {
    readonly dtype?: DTypeLike;
    readonly sparse?: boolean;
    readonly device?: Device | string | null;
  } = {},
): NdArray | NdArray[] {
  checkOptions('indices', options, ['dtype', 'sparse', 'device']);
  const d = dtype(options.dtype ?? int32);
  const vectors = dimensions.map((n) => arange(0, n, 1, { dtype: d, device: options.device ?? null }));
  if (options.sparse) return meshgrid(...vectors, { indexing: 'ij', sparse: true });
  return stacked(meshgrid(...vectors, { indexing: 'ij', copy: false }));
}

/**
 * What a function makes of the coordinates of an array of that shape: it is called once, with one coordinate array per axis.
 *
 * @example
 * import { fromfunction, type NdArray } from '@chainer/xp';
 * fromfunction((i: NdArray, j: NdArray) => i.add(j), [2, 2]).toArraySync(); // [[0, 1], [1, 2]]
 */
export function fromfunction<T>(
  fn: (...coordinates: never[]) => T,
  shape: readonly number[],
  options: { readonly dtype?: DTypeLike; readonly device?: Device | string | null } = {},
): T {
  checkOptions('fromfunction', options, ['dtype', 'device']);
  const d = dtype(options.dtype ?? defaultDtype());
  const vectors = shape.map((n) => arange(0, n, 1, { dtype: d, device: options.device ?? null }));
  return (fn as (...coordinates: NdArray[]) => T)(...meshgrid(...vectors, { indexing: 'ij' }));
}
