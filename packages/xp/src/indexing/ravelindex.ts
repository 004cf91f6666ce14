import { commonDevice } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { defaultDevice } from '../core/devices.ts';
import { int32 } from '../core/dtype.ts';
import { contiguousSteps, sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { castTo } from '../core/views.ts';
import { ValueError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { broadcastArrays } from '../manipulation/broadcast.ts';
import { indexType } from '../reduction/options.ts';
import { type Expr, input } from '../scalar/expr.ts';
import { rows } from './basic.ts';
import { refuseOutside } from './choose.ts';
import { type IndexMode, type IntegerIndices, indicesFor } from './mode.ts';
import { unravel } from './unravel.ts';

/**
 * Coordinates (int32; int64 for 64-bit positions) of flat positions in an array of that shape, one array per axis.
 *
 * @throws {ValueError} for a position outside the array.
 * @example
 * import { array, unravelIndex } from '@chainer/xp';
 * unravelIndex(array([5, 7], { dtype: 'int32' }), [3, 4]).map((i) => i.toArraySync()); // [[1, 1], [1, 3]]
 */
export function unravelIndex(
  indices: IntegerIndices,
  shape: number | readonly number[],
  options: { readonly order?: 'C' | 'F' } = {},
): NdArray[] {
  checkOptions('unravelIndex', options, ['order']);
  const dims = typeof shape === 'number' ? [shape] : shape;
  const device = indices instanceof NdArray ? indices.device : defaultDevice();
  const flat = indicesFor(indices, 1, 'raise', device, 'unravelIndex');
  refuseOutside(flat, sizeOf(dims), 'unravelIndex', 'index');
  const parts = options.order === 'F' ? unravel(flat, dims.slice().reverse()).reverse() : unravel(flat, dims);
  return indices instanceof NdArray ? parts.map((i) => castTo(i, indexType(indices))) : parts;
}

const kernels: Kernel[] = [];

function kernelFor(ndim: number): Kernel {
  let kernel = kernels[ndim];
  if (kernel === undefined) {
    let flat: Expr = input(0).mul(input(ndim));
    for (let k = 1; k < ndim; k++) flat = flat.add(input(k).mul(input(ndim + k)));
    kernel = new Kernel('ravelMultiIndex', [flat]);
    kernels[ndim] = kernel;
  }
  return kernel;
}

/**
 * Flat positions (int32; int64 for 64-bit coordinates) of coordinates, one array per axis, in an array of shape `dims`.
 *
 * @param options `mode` says what happens to coordinates out of range, for all axes or for each.
 * @throws {ValueError} for coordinates out of range where the mode is 'raise'.
 * @example
 * import { array, ravelMultiIndex } from '@chainer/xp';
 * const [rows, columns] = [array([1, 2], { dtype: 'int32' }), array([3, 0], { dtype: 'int32' })];
 * ravelMultiIndex([rows, columns], [3, 4]).toArraySync(); // [7, 8]
 */
export function ravelMultiIndex(
  multiIndex: readonly IntegerIndices[] | NdArray,
  dims: readonly number[],
  options: { readonly mode?: IndexMode | readonly IndexMode[]; readonly order?: 'C' | 'F' } = {},
): NdArray {
  checkOptions('ravelMultiIndex', options, ['mode', 'order']);
  const parts: readonly IntegerIndices[] = multiIndex instanceof NdArray ? rows(multiIndex) : multiIndex;
  if (parts.length !== dims.length || dims.length === 0) {
    throw new ValueError(
      `[ravelMultiIndex] one index array per axis is needed: got ${parts.length} for ${dims.length} axes`,
    );
  }
  const device = commonDevice(parts, 'ravelMultiIndex') ?? defaultDevice();
  const modes = dims.map(
    (_, k) => (Array.isArray(options.mode) ? options.mode[k] : options.mode) as IndexMode | undefined,
  );
  const coordinates = parts.map((part, k) => {
    const mode = modes[k] ?? 'raise';
    const index = indicesFor(part, dims[k] as number, mode, device, 'ravelMultiIndex');
    if (mode === 'raise') refuseOutside(index, dims[k] as number, 'ravelMultiIndex', `index of axis ${k}`);
    return index;
  });
  const steps =
    options.order === 'F' ? contiguousSteps(dims.slice().reverse()).reverse() : contiguousSteps(dims);
  const shape = (broadcastArrays(...coordinates)[0] as NdArray).shape;
  const inputs: (NdArray | Scalar)[] = [...coordinates, ...steps];
  const out = emptyOn(device, shape, int32);
  launch(kernelFor(dims.length).program(inputs, [int32]), inputs, [out], 'ravelMultiIndex', shape);
  return castTo(out, indexType(...parts.filter((p) => p instanceof NdArray)));
}
