/**
 * What device packages build on. Not for users: names here may change in any release.
 *
 * The module only re-exports, so that it shares every class and every table with the package's main entry.
 */
export { commonDevice, isScalar, normalizeAxes, normalizeAxis } from './core/arguments.ts';
export { checkOptions, kindOf } from './core/check-options.ts';
export { Complex } from './core/complex.ts';
export type {
  AverageDivisor,
  CapturedWork,
  ConvGeometry,
  Device,
  DeviceGroup,
  DeviceMark,
  DeviceMemory,
  ElementwiseCall,
  FftGeometry,
  Kernels,
  MemoryStats,
  PoolGeometry,
  RandomKind,
  RandomState,
  RecurrentArrays,
  RecurrentForm,
  RecurrentResults,
  ScanOp,
  ScatterMode,
  TriangularForm,
} from './core/device.ts';
export { forgetDevice, freeSlot, registerDevice, resolveDevice, withDevice } from './core/devices.ts';
export * from './core/dtype.ts';
export { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './core/half.ts';
export {
  broadcastSteps,
  broadcastTwo,
  collapse,
  contiguousSteps,
  extentOf,
  isContiguous,
  type Loops,
  sameShape,
  shapeText,
  sizeOf,
} from './core/layout.ts';
export { emptyOn, NdArray } from './core/ndarray.ts';
export { castable, promote, realType, type Scalar } from './core/promotion.ts';
export { dense } from './core/read.ts';
export { activeRecording, Recording } from './core/recording.ts';
export { inScope, track, trackInto } from './core/scope.ts';
export { Storage } from './core/storage.ts';
export { castTo, filledOn, picked, reshaped, sliced } from './core/views.ts';
export { digammaOf, lgammaOf, trigammaOf, zetaOf } from './cupyx/scipy/special/gamma-core.ts';
export { betainc, betaincinv } from './cupyx/scipy/special/incomplete-beta.ts';
export { gammainc, gammaincinv, pdtr } from './cupyx/scipy/special/incomplete-gamma.ts';
export * from './errors.ts';
export { keepYoungObjectsYoung } from './garbage/collect.ts';
export { Collector } from './garbage/collector.ts';
export { at } from './indexing/at.ts';
export { setAt } from './indexing/setat.ts';
export { overwrite } from './indexing/setwhere.ts';
export { readZip, writeZip, type ZipMember } from './io/zip.ts';
export { castHeld, readElement, writeElement } from './js/closures.ts';
export { canCompile, compile } from './js/compile.ts';
export { js } from './js/device.ts';
export * from './js/families.ts';
export { jsKernels } from './js/kernels.ts';
export { scalarAs, toBig } from './js/render.ts';
export { composedKernels } from './kernel/composed-kernels.ts';
export { Kernel, operandCode } from './kernel/kernel.ts';
export { launch, launchFresh, launchInto, mayOverlap, sameView } from './kernel/launch.ts';
export { inverse } from './linalg/solve.ts';
export { sumOf } from './reduction/sum.ts';
export { substitute, usesInput } from './scalar/derive.ts';
export { input } from './scalar/expr.ts';
export type { OpName } from './scalar/op-name.ts';
export { opOf, ops } from './scalar/ops.ts';
export {
  computeType,
  type InputSpec,
  type Instruction,
  type LoopBody,
  type OutputSpec,
  Program,
  type ReduceProgram,
} from './scalar/program.ts';
export { specialize } from './scalar/specialize.ts';
