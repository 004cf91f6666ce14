import { checkOptions } from '../core/check-options.ts';
import { type DType, int32, int64 } from '../core/dtype.ts';
import { heldType } from '../core/held.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { ValueError } from '../errors.ts';
import { diagonal } from '../indexing/diagonal.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { ravel } from '../manipulation/ravel.ts';
import { reshapeTo } from '../manipulation/reshape.ts';
import { coord, input } from '../scalar/expr.ts';
import { copy } from './copy.ts';

/**
 * A matrix with that vector on diagonal `k`, or diagonal `k` of that matrix as a copy.
 *
 * @throws {ValueError} for other dimensions.
 * @example
 * import { array, diag } from '@chainer/xp';
 * diag(array([1, 2])).toArraySync(); // [[1, 0], [0, 2]]
 * diag(array([[1, 2], [3, 4]]), { k: 1 }).toArraySync(); // [2]
 */
export function diag(x: NdArray, options: { readonly k?: number } = {}): NdArray {
  checkOptions('diag', options, ['k']);
  const k = options.k ?? 0;
  if (x.ndim === 2) return copy(diagonal(x, { offset: k }));
  if (x.ndim !== 1) throw new ValueError(`[diag] expected 1 or 2 dimensions, got ${x.ndim}`);
  const n = x.size + Math.abs(k);
  const y = emptyOn(x.device, [n, n], x.dtype);
  if (n > 0) y.device.kernels.fill(y, 0);
  if (x.size > 0) x.device.kernels.copy(x, diagonal(y, { offset: k }));
  return y;
}

/** A matrix with all elements, in C order, on diagonal `k`. */
export function diagflat(x: NdArray, options: { readonly k?: number } = {}): NdArray {
  checkOptions('diagflat', options, ['k']);
  return diag(ravel(x), options);
}

const powers = new Map<string, Kernel>();

function powerKernel(d: DType, increasing: boolean): Kernel {
  const key = `${d.name}${increasing}`;
  let kernel = powers.get(key);
  if (kernel === undefined) {
    const exponent = increasing ? coord(1) : input(1).sub(coord(1));
    kernel = new Kernel('vander', [input(0).cast(d).pow(exponent.cast(d))], [], [], [null, int32]);
    powers.set(key, kernel);
  }
  return kernel;
}

/**
 * The Vandermonde matrix: powers of a vector as columns, highest first unless `increasing`.
 *
 * @throws {ValueError} unless the vector has one dimension.
 * @example
 * import { array, vander } from '@chainer/xp';
 * vander(array([1, 2, 3], { dtype: 'int64' })).toArraySync(); // [[1, 1, 1], [4, 2, 1], [9, 3, 1]]
 */
export function vander(
  x: NdArray,
  options: { readonly N?: number | null; readonly increasing?: boolean } = {},
): NdArray {
  checkOptions('vander', options, ['N', 'increasing']);
  if (x.ndim !== 1) throw new ValueError(`[vander] expected 1 dimension, got ${x.ndim}`);
  const N = options.N ?? x.size;
  const d = heldType(x.device, promote(x.dtype, int64));
  const inputs = [reshapeTo(x, [x.size, 1]), N - 1];
  const out = emptyOn(x.device, [x.size, N], d);
  launch(
    powerKernel(d, options.increasing ?? false).program(inputs, [d]),
    inputs,
    [out],
    'vander',
    out.shape,
  );
  return out;
}
