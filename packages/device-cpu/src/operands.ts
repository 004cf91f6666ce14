import type { DType, NdArray, Scalar } from '@chainer/xp/internal';
import { DeviceError, scalarAs } from '@chainer/xp/internal';
import type { Native } from './native.ts';
import type { CpuStorage } from './storage.ts';

/**
 * Address of an array's first element. An opaque array becomes plain, so this moves memory: an address is good until the next
 * array of the same storage is rearranged.
 *
 * @throws {ReleasedError} if its memory was released; {DeviceError} if it is another device's, which a caller let through.
 */
export function pointer(x: NdArray): number {
  const storage = x.storage as CpuStorage;
  if ((storage.address as number | undefined) === undefined) {
    throw new DeviceError(
      `[cpu] an array on ${x.device.name} was given to a kernel of the cpu device; move it with x.to("cpu")`,
    );
  }
  if (storage.released) storage.fail();
  storage.untouched = false;
  if (storage.layout !== null) storage.rearrange(null);
  return storage.address + x.offset * x.dtype.itemsize;
}

/** Address of an array's first element in whatever layout its storage is. @throws {ReleasedError} */
export function address(x: NdArray): number {
  const storage = x.storage as CpuStorage;
  if (storage.released) storage.fail();
  storage.complete();
  return storage.address + x.offset * x.dtype.itemsize;
}

/** Writes the step of every axis of `shape` at which `x` is read there: 0 along broadcast axes. Returns the next position. */
export function writeSteps(D: Float64Array, at: number, x: NdArray, shape: readonly number[]): number {
  const { shape: own, steps } = x;
  const lead = shape.length - own.length;
  for (let i = 0; i < shape.length; i++) {
    D[at++] = i < lead || (own[i - lead] === 1 && shape[i] !== 1) ? 0 : steps[i - lead]!;
  }
  return at;
}

/** Writes a scalar so that the addon reads it as that compute type. */
export function writeScalar(n: Native, at: number, value: Scalar, as: DType): void {
  if (typeof value === 'number' && as.kind === 'f' && as.itemsize > 2) {
    n.D[at] = value;
    return;
  }
  const held = scalarAs(value, as);
  if (typeof held === 'bigint') n.B[at] = BigInt.asIntN(64, held);
  else n.D[at] = held as number;
}
