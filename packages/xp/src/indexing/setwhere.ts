import type { DType } from '../core/dtype.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { DTypeError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { broadcastView } from '../manipulation/broadcast.ts';
import { input, select } from '../scalar/expr.ts';

const kernels: Kernel[] = [];

/** `mask ? value : x`, the value cast first, so that elements that stay are not touched by its dtype. */
function kernelFor(d: DType): Kernel {
  let kernel = kernels[d.index];
  if (kernel === undefined) {
    kernel = new Kernel('setWhere', [select(input(0), input(1).cast(d), input(2))]);
    kernels[d.index] = kernel;
  }
  return kernel;
}

/**
 * `x[mask] = value[mask]` in place, by one kernel and without counting the mask. Mask and value broadcast to `x`; the value
 * is cast to the dtype of `x`.
 *
 * @throws {ValueError} if they do not broadcast.
 * @throws {DTypeError} unless the mask is boolean.
 */
export function setWhere(
  x: NdArray,
  mask: NdArray | boolean,
  value: NdArray | Scalar,
  who = 'setWhere',
): void {
  if (mask === false || x.size === 0) return;
  const source = value instanceof NdArray ? broadcastView(value, x.shape, who) : value;
  if (mask === true) {
    if (!(source instanceof NdArray)) x.device.kernels.fill(x, source);
    else assign(x, source);
    return;
  }
  if (mask.dtype.kind !== 'b') throw new DTypeError(`[${who}] the mask is boolean, got ${mask.dtype.name}`);
  const inputs = [broadcastView(mask, x.shape, who), source, x];
  launch(kernelFor(x.dtype).program(inputs, [x.dtype]), inputs, [x], who, x.shape);
}

/** `x[...] = source` for a source of the same shape, which may overlap. */
export function assign(x: NdArray, source: NdArray): void {
  if (x.size === 0) return;
  let from = source;
  if (source.storage === x.storage) {
    from = emptyOn(source.device, source.shape, source.dtype);
    source.device.kernels.copy(source, from);
  }
  x.device.kernels.copy(from, x);
}

/** `x[...] = value` for arrays of one device: the value is cast and broadcast. @throws {ValueError} if its shape does not fit. */
export function overwrite(x: NdArray, value: NdArray, who = 'overwrite'): void {
  assign(x, broadcastView(value, x.shape, who));
}
