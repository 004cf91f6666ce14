import type { Device } from './device.ts';
import { type DType, float32, float64, int32, int64, uint32, uint64 } from './dtype.ts';

/**
 * The dtype in which a device holds what follows from its operands: on a device without 64-bit types, sums of integers are int32
 * and quotients of integers float32. Complex numbers have no stand-in. What is asked for by name is held as that or refused.
 */
export function heldType(device: Device, d: DType): DType {
  if (device.supports(d)) return d;
  if (d === float64) return float32;
  if (d === int64) return int32;
  return d === uint64 ? uint32 : d;
}

/** The dtype that was asked for, else the one that follows. @throws {DTypeError} if the device lacks what was asked for. */
export function chosenType(device: Device, asked: DType | null, follows: DType): DType {
  if (asked === null) return heldType(device, follows);
  device.elementBytes(asked);
  return asked;
}
