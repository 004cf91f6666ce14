import {
  array,
  ElementwiseKernel,
  IndexError,
  maximum,
  type NdArray,
  notEqual,
  reshape,
  ValueError,
} from '@chainer/xp/functions';
import { emptyOn, gatherOn, scatterOn } from '@chainer/xp/internal';
import { checkOptions } from '../core/check-options.ts';
import { describe, expectArray, expectInteger, kindOf } from '../core/type-check.ts';
import { Variable } from '../core/variable.ts';

/** Options of a sparse matrix. */
export interface CooMatrixOptions {
  /** Whether its entries get a gradient; false unless given. */
  readonly requiresGrad?: boolean;
}

/** Options of `toCoo`. */
export interface ToCooOptions extends CooMatrixOptions {
  /** Smallest number of entries that each matrix has room for; as many as the fullest has unless given. */
  readonly ldnz?: number | null;
}

/** Rows of the whole stack, one matrix below the other: -1 where an entry is not used, past the end where its index is. */
const flat = /*#__PURE__*/ new ElementwiseKernel('CooMatrix', 5, (own, other, batch, size, count) =>
  own
    .lt(0)
    .or(other.lt(0))
    .where(-1, own.ge(size).where(count, own.add(batch.mul(size))))
    .cast('int32'),
);

/** The place of every entry of a matrix, or of a stack of matrices. */
export interface CooPlaces {
  readonly row: NdArray;
  readonly col: NdArray;
  readonly shape: readonly [number, number];
}

/** Of every entry, one after another, the row of `[B·size, …]` that one of its indices means. */
export function flatRows(own: NdArray, other: NdArray, size: number): NdArray {
  const batch = own.ndim === 2 ? (own.shape[0] as number) : 1;
  const shape = [batch, own.size / Math.max(batch, 1)];
  const numbers = array(
    Int32Array.from({ length: batch }, (_, b) => b),
    { shape: [batch, 1], device: own.device },
  );
  return reshape(flat.call([reshape(own, shape), reshape(other, shape), numbers, size, batch * size]), [
    own.size,
  ]);
}

/**
 * A sparse matrix, or a stack of them, as a list of entries and their places (coordinate format): `A[row[i], col[i]] = data[i]`.
 * Entries at one place add up. An entry whose row or column is negative is not used: so matrices with different numbers of entries
 * make a stack. Entries stand in any order (Chainer's hint `order` is not needed here).
 *
 * @param data `[L]` or, of a stack, `[B, L]`
 * @param row integers of data's shape
 * @param col integers of data's shape
 * @param shape rows and columns of (each) matrix
 * @throws {ValueError} if data, row and col have different shapes, or shape is not two positive integers.
 * @throws {IndexError} for a place outside of the matrix, where the device can be read at once; elsewhere when it is used.
 * @example
 * import { utils, xp } from 'chainer';
 * const index = (values: number[]) => xp.array(values, { dtype: 'int32' });
 * const a = new utils.CooMatrix(xp.array([2, -1]), index([0, 1]), index([1, 0]), [2, 3]);
 * a.toDense().toArraySync(); // [[0, 2, 0], [-1, 0, 0]]
 */
export class CooMatrix implements CooPlaces {
  /** The entries. */
  readonly data: Variable;
  readonly row: NdArray;
  readonly col: NdArray;
  readonly shape: readonly [number, number];

  constructor(
    data: NdArray,
    row: NdArray,
    col: NdArray,
    shape: readonly number[],
    options: CooMatrixOptions = {},
  ) {
    checkOptions('CooMatrix', options, ['requiresGrad']);
    expectArray('CooMatrix', 'data', data);
    expectInteger('CooMatrix', 'row', row);
    expectInteger('CooMatrix', 'col', col);
    if (data.ndim < 1 || data.ndim > 2)
      throw new ValueError(`[CooMatrix] data must have 1 axis or 2, got ${describe(data)}`);
    for (const [name, index] of [
      ['row', row],
      ['col', col],
    ] as const)
      if (index.shape.join() !== data.shape.join())
        throw new ValueError(
          `[CooMatrix] ${name} must have data's shape [${data.shape.join(',')}], got ${describe(index)}`,
        );
    if (shape.length !== 2 || !shape.every((n) => Number.isInteger(n) && n > 0))
      throw new ValueError(`[CooMatrix] shape must be two positive integers, got [${shape.join(',')}]`);
    this.data = new Variable(data, { requiresGrad: options.requiresGrad ?? false });
    this.row = row;
    this.col = col;
    this.shape = [shape[0] as number, shape[1] as number];
    if (data.device.synchronous) checkPlaces(this);
  }

  /** The same matrix as an array: `[M, N]` or `[B, M, N]`. */
  toDense(): NdArray {
    const [m, n] = this.shape;
    const data = this.data.array;
    const stack = data.ndim === 2 ? [data.shape[0] as number] : [];
    const x = emptyOn(data.device, [...stack, m, n], data.dtype);
    data.device.kernels.fill(x, 0);
    if (data.size === 0) return x;
    // Rows of one element each; entries that are not used add 0 to the first.
    const rows = flatRows(this.row, this.col, m);
    const places = placesOf.call([rows, reshape(this.col, [rows.size]), n]);
    const values = used.call([rows, reshape(data, [rows.size])]);
    scatterOn(data.device).scatter(reshape(x, [x.size]), places, 0, values, 'add');
    return x;
  }
}

const placesOf = /*#__PURE__*/ new ElementwiseKernel('CooMatrix', 3, (row, col, n) =>
  row.lt(0).where(0, row.mul(n).add(col)).cast('int32'),
);
const used = /*#__PURE__*/ new ElementwiseKernel('CooMatrix', 2, (row, value) => row.lt(0).where(0, value));

/** @throws {IndexError} for the first place outside of the matrix. */
function checkPlaces({ row, col, shape: [m, n] }: CooPlaces): void {
  const [rows, cols] = [row.dataSync(), col.dataSync()];
  for (let i = 0; i < rows.length; i++) {
    const [r, c] = [Number(rows[i]), Number(cols[i])];
    if (r >= m || c >= n)
      throw new IndexError(`[CooMatrix] entry ${i} is at (${r}, ${c}), outside of a matrix of ${m} x ${n}`);
  }
}

/**
 * The entries of a matrix, or of a stack of matrices, that are not 0, row by row. It reads `x`: on a device that is read by waiting,
 * make the lists elsewhere (`toCoo(await x.toAsync('js'))`) and move them.
 *
 * @param x `[M, N]`, or `[B, M, N]`
 * @param options `ldnz`: smallest number of entries that each matrix has room for; those that are not used have 0 and index -1.
 * `requiresGrad`: whether the entries get a gradient.
 * @throws {ValueError} if x has other axes, or `ldnz` is not a natural number.
 * @throws {NeedsHostSyncError} on a device that is read by waiting.
 * @example
 * import { utils, xp } from 'chainer';
 * const a = utils.toCoo(xp.array([[0, 2, 0], [-1, 0, 0]]));
 * a.data.array.toArraySync(); // [2, -1]
 * a.row.toArraySync(); // [0, 1]
 * a.col.toArraySync(); // [1, 0]
 * a.shape; // [2, 3]
 */
export function toCoo(x: NdArray, options: ToCooOptions = {}): CooMatrix {
  checkOptions('toCoo', options, ['ldnz', 'requiresGrad']);
  expectArray('toCoo', 'x', x);
  if (x.ndim !== 2 && x.ndim !== 3)
    throw new ValueError(`[toCoo] x must have 2 axes or 3, got ${describe(x)}`);
  const { ldnz = null, requiresGrad = false } = options;
  if (ldnz !== null && !(Number.isInteger(ldnz) && ldnz >= 0))
    throw new ValueError(`[toCoo] ldnz must be a natural number, got ${kindOf(ldnz)} ${String(ldnz)}`);
  const [m, n] = x.shape.slice(-2) as [number, number];
  const stack = x.shape.slice(0, -2);
  const batch = stack[0] ?? 1;
  const found = nonZeroPlaces(x, batch, m * n);
  const room = found.reduce((most, places) => Math.max(most, places.length), ldnz ?? 0);
  const places = new Int32Array(batch * room).fill(-1);
  found.forEach((own, b) => {
    places.set(own, b * room);
  });
  const list = (of: (place: number, i: number) => number) =>
    array(
      places.map((place, i) => (place < 0 ? -1 : of(place, i))),
      {
        shape: [...stack, room],
        device: x.device,
      },
    );
  const row = list((place) => Math.floor(place / n));
  const col = list((place) => place % n);
  // Entries are copied on the device, so that they keep every bit.
  const at = reshape(
    list((place, i) => place + Math.floor(i / room) * m * n),
    [batch * room],
  );
  const data = emptyOn(x.device, [batch * room], x.dtype);
  if (data.size > 0) gatherOn(x.device).gather(reshape(x, [x.size]), maximum(at, 0), 0, data);
  const entries = reshape(used.call([at, data]), [...stack, room]);
  return new CooMatrix(entries, row, col, [m, n], { requiresGrad });
}

/** Of every matrix the flat places of elements that are not 0. */
function nonZeroPlaces(x: NdArray, batch: number, size: number): number[][] {
  const found: number[][] = Array.from({ length: batch }, () => []);
  const values = notEqual(x, 0).dataSync();
  for (let i = 0; i < values.length; i++)
    if (values[i]) (found[Math.floor(i / size)] as number[]).push(i % size);
  return found;
}
