import type { ReadingMethods } from '../methods/reading.ts';
import type { Device } from './device.ts';
import type { DType } from './dtype.ts';
import { contiguousSteps, isContiguous, sizeOf } from './layout.ts';
import type { Storage } from './storage.ts';

/**
 * An n-dimensional array with NumPy's semantics on any device: a dtype, a shape, and a strided window on a storage.
 *
 * Views share storage. Methods are put on it from outside, each a thin skin over the function of the same name: those that read in every
 * program (`methods/reading.ts`), those that calculate by the entry `@chainer/xp` (`methods.ts`).
 *
 * @example
 * import { array, s } from '@chainer/xp';
 * const x = array([[1, 2, 3], [4, 5, 6]]);
 * x.at(0, s(1)).toArraySync(); // [2, 3]
 */
export class NdArray {
  readonly storage: Storage;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Distance between neighbours along each axis, in elements (`strides` gives bytes, as NumPy does). */
  readonly steps: readonly number[];
  /** Position of the first element in the storage, in elements. */
  readonly offset: number;
  readonly size: number;
  /** Whether elements stand in C order without gaps. */
  readonly contiguous: boolean;

  constructor(
    storage: Storage,
    dtype: DType,
    shape: readonly number[],
    steps?: readonly number[],
    offset = 0,
  ) {
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape;
    this.offset = offset;
    this.size = sizeOf(shape);
    if (steps === undefined) {
      this.steps = contiguousSteps(shape);
      this.contiguous = true;
    } else {
      this.steps = steps;
      this.contiguous = isContiguous(shape, steps);
    }
  }

  get device(): Device {
    return this.storage.device;
  }

  get ndim(): number {
    return this.shape.length;
  }
}

export interface NdArray extends ReadingMethods {}

/** A fresh uninitialised array. @throws {DTypeError} for a dtype that the device lacks. */
export function emptyOn(device: Device, shape: readonly number[], dtype: DType): NdArray {
  return new NdArray(device.allocate(sizeOf(shape) * device.elementBytes(dtype)), dtype, shape);
}
