import { commonDevice } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { defaultDevice, withDevice } from '../core/devices.ts';
import { bool, int32 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { castTo } from '../core/views.ts';
import { arange } from '../creation/arange.ts';
import { array, asarray } from '../creation/array.ts';
import { ones } from '../creation/zeros.ts';
import { ValueError } from '../errors.ts';
import { reshapeTo } from '../manipulation/reshape.ts';
import { indexType } from '../reduction/options.ts';
import type { IndexList } from './grammar.ts';
import { arrayIndex } from './integers.ts';
import { nonzero } from './nonzero.ts';

/** Options of the triangle's indices: which diagonal bounds it, and the number of columns (square unless given). */
export interface TriangleOptions {
  readonly k?: number;
  readonly m?: number | null;
}

/** Rows and columns of the places of an `n × m` matrix for which `within` holds, on the default device. */
function places(n: number, m: number, within: (row: number, column: number) => boolean): NdArray[] {
  const rows: number[] = [];
  const columns: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      if (!within(i, j)) continue;
      rows.push(i);
      columns.push(j);
    }
  }
  return [array(Int32Array.from(rows)), array(Int32Array.from(columns))];
}

/**
 * Indices (int32) of the lower triangle of an `n × m` matrix: rows and columns.
 *
 * @example
 * import { trilIndices } from '@chainer/xp';
 * trilIndices(2).map((i) => i.toArraySync()); // [[0, 1, 1], [0, 0, 1]]
 */
export function trilIndices(n: number, options: TriangleOptions = {}): NdArray[] {
  checkOptions('trilIndices', options, ['k', 'm']);
  const k = options.k ?? 0;
  return places(n, options.m ?? n, (i, j) => j <= i + k);
}

/** Indices (int32) of the upper triangle. */
export function triuIndices(n: number, options: TriangleOptions = {}): NdArray[] {
  checkOptions('triuIndices', options, ['k', 'm']);
  const k = options.k ?? 0;
  return places(n, options.m ?? n, (i, j) => j >= i + k);
}

function rowsAndColumns(x: NdArray, who: string): [number, number] {
  if (x.ndim !== 2) throw new ValueError(`[${who}] the array has 2 dimensions, got ${x.ndim}`);
  return [x.shape[0] as number, x.shape[1] as number];
}

/** Indices of the lower triangle of that matrix. */
export function trilIndicesFrom(x: NdArray, options: { readonly k?: number } = {}): NdArray[] {
  checkOptions('trilIndicesFrom', options, ['k']);
  const [n, m] = rowsAndColumns(x, 'trilIndicesFrom');
  return trilIndices(n, { ...options, m });
}

/** Indices of the upper triangle of that matrix. */
export function triuIndicesFrom(x: NdArray, options: { readonly k?: number } = {}): NdArray[] {
  checkOptions('triuIndicesFrom', options, ['k']);
  const [n, m] = rowsAndColumns(x, 'triuIndicesFrom');
  return triuIndices(n, { ...options, m });
}

/** Indices (int32) of the main diagonal of an array of extent `n` along each of `ndim` axes. */
export function diagIndices(n: number, options: { readonly ndim?: number } = {}): NdArray[] {
  checkOptions('diagIndices', options, ['ndim']);
  return Array.from({ length: options.ndim ?? 2 }, () => arange(n, { dtype: int32 }));
}

/** Indices of the main diagonal of that array. @throws {ValueError} unless its extents are equal. */
export function diagIndicesFrom(x: NdArray): NdArray[] {
  const n = x.shape[0];
  if (n === undefined || x.ndim < 2 || x.shape.some((d) => d !== n)) {
    throw new ValueError(
      `[diagIndicesFrom] expected at least 2 dimensions, all of one extent, got (${x.shape.join(', ')})`,
    );
  }
  return diagIndices(n, { ndim: x.ndim });
}

/**
 * Indices of the elements of an `n × n` matrix that `maskFunction` (`triu`, `tril`) leaves.
 *
 * @example
 * import { maskIndices, triu } from '@chainer/xp';
 * maskIndices(2, triu).map((i) => i.toArraySync()); // [[0, 0, 1], [0, 1, 1]]
 */
export function maskIndices(
  n: number,
  maskFunction: (x: NdArray, options: { readonly k: number }) => NdArray,
  options: { readonly k?: number } = {},
): NdArray[] {
  checkOptions('maskIndices', options, ['k']);
  const device = defaultDevice();
  // On `js`, since the number of indices depends on the data.
  const indices = withDevice('js', () =>
    nonzero(maskFunction(ones([n, n], { dtype: int32 }), { k: options.k ?? 0 })),
  );
  return indices.map((i) => asarray(i, { device }));
}

/**
 * Index arrays that together select the outer product of one-dimensional ones: `x.at(...ix_([0, 1], [2, 4]))`.
 *
 * @throws {ValueError} unless each has one dimension.
 */
export function ix_(...lists: readonly (NdArray | IndexList)[]): NdArray[] {
  const device = commonDevice(lists, 'ix_') ?? defaultDevice();
  const given = lists.map((list) => arrayIndex(list, device, 'ix_'));
  const type = indexType(...given);
  return given.map((list, k) => {
    if (list.ndim !== 1) throw new ValueError(`[ix_] index lists have one dimension, got ${list.ndim}`);
    const index = list.dtype === bool ? (nonzero(list)[0] as NdArray) : list;
    const typed = list.dtype === bool || list.size === 0 ? castTo(index, type) : index;
    return reshapeTo(
      typed,
      given.map((_, i) => (i === k ? typed.size : 1)),
    );
  });
}
