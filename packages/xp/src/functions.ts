/**
 * The functions of the package without the methods of arrays that calculate: `add(x, y)`, but not `x.add(y)`. A program that imports them
 * from here, and `random` and its like from `@chainer/xp/random`, has no more than it uses. Arrays can be read, moved and released.
 */
import './install-reading.ts';

export * from './bits/index.ts';
export { deviceReason, initDevices } from './core/choosedevice.ts';
export { Complex, complex } from './core/complex.ts';
export { defaultDtype, setDefaultDtype } from './core/config.ts';
export type { Device, DeviceMemory, Kernels, MemoryStats } from './core/device.ts';
export {
  defaultDevice,
  devices,
  registerDevice,
  setDefaultDevice,
  withDevice,
} from './core/devices.ts';
export {
  bfloat16,
  bool,
  complex64,
  complex128,
  DType,
  type DTypeLike,
  type DTypeName,
  dtype,
  dtypes,
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  type Kind,
  type TypedArray,
  uint8,
  uint16,
  uint32,
  uint64,
} from './core/dtype.ts';
export { getDevice } from './core/getdevice.ts';
export { memory } from './core/memory.ts';
export { NdArray } from './core/ndarray.ts';
export { type DeviceFactory, type DeviceOffer, offerDevice } from './core/offers.ts';
export { onHost } from './core/on-host.ts';
export type { Casting, Scalar } from './core/promotion.ts';
export type { NestedScalars, ReadOptions } from './core/read.ts';
export { runtimeInfo } from './core/runtime-info.ts';
export { type HasStorage, keep, scope } from './core/scope.ts';
export * from './creation/index.ts';
export * from './dtypes/index.ts';
export * from './errors.ts';
export * from './indexing/index.ts';
export * from './io/index.ts';
export { js } from './js/device.ts';
export {
  type ElementwiseCallOptions,
  ElementwiseKernel,
  type ElementwiseKernelOptions,
} from './kernel/elementwise-kernel.ts';
export {
  type Fused,
  type FusedMany,
  type FusedOperand,
  type FusedReduction,
  type FuseOptions,
  fuse,
} from './kernel/fuse.ts';
export { type ReductionCallOptions, ReductionKernel, type ReductionSpec } from './kernel/reduction-kernel.ts';
export * from './logic/index.ts';
export * from './manipulation/index.ts';
export * from './math/index.ts';
export * from './polynomial/index.ts';
export * from './products/index.ts';
export * from './reduction/index.ts';
export { derive } from './scalar/derive.ts';
export { apply, coord, Expr, fold, input, lift, type Operand } from './scalar/expr.ts';
export type { OpName } from './scalar/op-name.ts';
export * from './scan/index.ts';
export * from './sets/index.ts';
export * from './sorting/index.ts';
export * from './statistics/index.ts';
export * from './text/index.ts';
export * from './ufunc/index.ts';
export * from './windows/index.ts';
