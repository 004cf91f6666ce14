import type { Device } from '../core/device.ts';
import { resolveDevice } from '../core/devices.ts';
import { type DType, type DTypeLike, dtype, type TypedArray } from '../core/dtype.ts';
import { contiguousSteps, isContiguous, sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { data, dataSync } from '../core/read.ts';
import { encode } from '../creation/array.ts';
import { NeedsHostSyncError } from '../errors.ts';

/** An array on the host: what a file holds, and what an asynchronous device's array is read into before it is saved. */
export interface HostArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Raw elements: halves as bits, complex as pairs. */
  readonly data: TypedArray;
  /** Whether the elements stand in Fortran order; in C order where left out. */
  readonly fortranOrder?: boolean;
}

/** A scalar as a 0-d host array. */
export function hostScalar(value: Scalar, like: DTypeLike): HostArray {
  const d = dtype(like);
  return { dtype: d, shape: [], data: encode([value], d) };
}

/** x seen with its axes reversed where that makes it C-contiguous, which x itself is not. */
function reversed(x: NdArray): NdArray | null {
  if (x.contiguous) return null;
  const shape = x.shape.toReversed();
  const steps = x.steps.toReversed();
  return isContiguous(shape, steps) ? new NdArray(x.storage, x.dtype, shape, steps, x.offset) : null;
}

/**
 * Reads an array from any device, for `save` and `savez`; an F-contiguous one keeps its order.
 *
 * @example
 * import { array, hostArray, toNpy } from '@chainer/xp';
 * const bytes = toNpy(await hostArray(array([1, 2, 3])));
 */
export async function hostArray(x: NdArray): Promise<HostArray> {
  const r = reversed(x);
  return { dtype: x.dtype, shape: x.shape, data: await data(r ?? x), fortranOrder: r !== null };
}

/** The same without waiting. @throws {NeedsHostSyncError} where the device cannot. */
export function hostArraySync(x: NdArray, who: string): HostArray {
  if (!x.device.synchronous) {
    throw new NeedsHostSyncError(
      `[${who}] arrays on ${x.device.name} are read asynchronously: pass await hostArray(x) instead`,
    );
  }
  const r = reversed(x);
  return { dtype: x.dtype, shape: x.shape, data: dataSync(r ?? x), fortranOrder: r !== null };
}

/** Puts a host array on a device, in its order. */
export function toDevice(host: HostArray, device: Device | string | null = null): NdArray {
  const flat = emptyOn(resolveDevice(device), [sizeOf(host.shape)], host.dtype);
  if (flat.size > 0) flat.device.write(flat, host.data);
  const steps = host.fortranOrder ? contiguousSteps(host.shape.toReversed()).reverse() : undefined;
  return new NdArray(flat.storage, host.dtype, host.shape, steps);
}
