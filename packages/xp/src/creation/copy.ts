import { checkOptions } from '../core/check-options.ts';
import type { Device } from '../core/device.ts';
import { resolveDevice } from '../core/devices.ts';
import { complex64, complex128, type DType, type DTypeLike, dtype, float32, float64 } from '../core/dtype.ts';
import { contiguousSteps, sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { type Casting, castable } from '../core/promotion.ts';
import { copyAcross, dense } from '../core/read.ts';
import { DTypeError, NeedsHostSyncError, ValueError } from '../errors.ts';
import { fortran } from '../manipulation/order.ts';

/** Memory order of a new array: as given, or that of the array it is made from (`K`, `A`). */
export type MemoryOrder = 'C' | 'F' | 'A' | 'K';

/** An uninitialised array in C or Fortran order. */
export function emptyOrdered(
  device: Device,
  shape: readonly number[],
  d: NdArray['dtype'],
  inFortran: boolean,
): NdArray {
  if (!inFortran || shape.length < 2) return emptyOn(device, shape, d);
  const steps = contiguousSteps(shape.slice().reverse()).reverse();
  return new NdArray(device.allocate(sizeOf(shape) * device.elementBytes(d)), d, shape, steps);
}

/**
 * A copy.
 *
 * @example
 * import { array, copy } from '@chainer/xp';
 * const x = array([1, 2]);
 * const y = copy(x);
 * y.setAt(9, 0);
 * x.toArraySync(); // [1, 2]
 */
export function copy(x: NdArray, options: { readonly order?: MemoryOrder } = {}): NdArray {
  checkOptions('copy', options, ['order']);
  const y = emptyOrdered(x.device, x.shape, x.dtype, fortran(x, options.order ?? 'C'));
  if (x.size > 0) x.device.kernels.copy(x, y);
  return y;
}

/** A copy in C order, unless it is that already. At least one dimension, as in NumPy. */
export function ascontiguousarray(x: NdArray, options: { readonly dtype?: DTypeLike | null } = {}): NdArray {
  checkOptions('ascontiguousarray', options, ['dtype']);
  const typed = options.dtype ? astype(x, options.dtype, { copy: false }) : x;
  const y = dense(typed);
  return y.ndim === 0 ? new NdArray(y.storage, y.dtype, [1], undefined, y.offset) : y;
}

/** A copy in Fortran order, unless it is that already. At least one dimension, as in NumPy. */
export function asfortranarray(x: NdArray, options: { readonly dtype?: DTypeLike | null } = {}): NdArray {
  checkOptions('asfortranarray', options, ['dtype']);
  const typed = options.dtype ? astype(x, options.dtype, { copy: false }) : x;
  if (typed.ndim === 0) return ascontiguousarray(typed);
  if (fortran(typed, 'K') || (typed.contiguous && typed.ndim < 2)) return typed;
  return copy(typed, { order: 'F' });
}

/**
 * Elements cast to another dtype. Integers wrap, floats become integers by truncation, complex numbers lose their imaginary
 * part, everything but zero becomes true.
 *
 * @throws {DTypeError} if `casting` forbids it.
 * @example
 * import { array, astype } from '@chainer/xp';
 * astype(array([1.7, -1.7]), 'int32').toArraySync(); // [1, -1]
 */
export function astype(
  x: NdArray,
  to: DTypeLike,
  options: { readonly copy?: boolean; readonly casting?: Casting; readonly order?: MemoryOrder } = {},
): NdArray {
  checkOptions('astype', options, ['copy', 'casting', 'order']);
  const d = dtype(to);
  if (!castable(x.dtype, d, options.casting ?? 'unsafe')) {
    throw new DTypeError(
      `[astype] cannot cast from ${x.dtype.name} to ${d.name} under rule '${options.casting}'`,
    );
  }
  if (d === x.dtype && options.copy === false) return x;
  const y = emptyOrdered(x.device, x.shape, d, fortran(x, options.order ?? 'K'));
  if (x.size > 0) x.device.kernels.copy(x, y);
  return y;
}

/** The array on that device: itself, or a copy. @throws {NeedsHostSyncError} where its own device cannot be read without waiting. */
export function toDevice(x: NdArray, to: Device | string): NdArray {
  const device = resolveDevice(to);
  if (device === x.device) return x;
  if (!x.device.synchronous) {
    throw new NeedsHostSyncError(
      `[to] device ${x.device.name} cannot be read without waiting; use await x.toAsync('${device.name}')`,
    );
  }
  const y = emptyOn(device, x.shape, x.dtype);
  if (x.size > 0) copyAcross(x, y);
  return y;
}

/** The same, from every device. */
export async function toDeviceAsync(x: NdArray, to: Device | string): Promise<NdArray> {
  const device = resolveDevice(to);
  if (device === x.device) return x;
  const y = emptyOn(device, x.shape, x.dtype);
  if (x.size === 0) return y;
  const from = dense(x);
  if (!device.receive?.(y, from)) device.write(y, await x.device.read(from));
  return y;
}

/**
 * The same bytes as elements of another dtype; a view. With another size the last axis, whose elements must be neighbours,
 * grows or shrinks.
 *
 * @throws {ValueError} if the sizes do not fit.
 */
export function viewAs(x: NdArray, to: DTypeLike = x.dtype): NdArray {
  const d = dtype(to);
  const from = x.dtype.itemsize;
  const next = d.itemsize;
  const held = (e: DType) => x.device.elementBytes(e) === e.itemsize;
  if (d !== x.dtype && !(held(x.dtype) && held(d))) {
    throw new DTypeError(
      `[view] there is no view of ${x.dtype.name} as ${d.name} on ${x.device.name}, which keeps elements in words of 4 bytes; use astype, or view the array on 'js': await onHost((y) => y.view('${d.name}'), x)`,
    );
  }
  if (from === next) return new NdArray(x.storage, d, x.shape, x.steps, x.offset);
  const last = x.ndim - 1;
  if (last < 0)
    throw new ValueError(
      `[view] a 0-d ${x.dtype.name} array cannot be viewed as ${d.name}: the sizes differ`,
    );
  const extent = x.shape[last] as number;
  if (x.steps[last] !== 1 && extent > 1) {
    throw new ValueError(
      `[view] viewing ${x.dtype.name} as ${d.name} needs a last axis without gaps; take x.copy() first`,
    );
  }
  const scale = (n: number) => (n * from) / next;
  const shape = x.shape.slice();
  shape[last] = scale(extent);
  const steps = x.steps.map((s, i) => (i === last ? 1 : scale(s)));
  const offset = scale(x.offset);
  if (![...shape, ...steps, offset].every(Number.isInteger)) {
    throw new ValueError(
      `[view] ${extent} elements of ${x.dtype.name} along the last axis do not make whole elements of ${d.name}`,
    );
  }
  return new NdArray(x.storage, d, shape, steps, offset);
}

/** The real or imaginary parts of a complex array; a view. */
export function partOf(x: NdArray, part: 0 | 1): NdArray {
  const d = x.dtype === complex64 ? float32 : x.dtype === complex128 ? float64 : null;
  if (d === null) return x;
  return new NdArray(
    x.storage,
    d,
    x.shape,
    x.steps.map((s) => 2 * s),
    2 * x.offset + part,
  );
}
