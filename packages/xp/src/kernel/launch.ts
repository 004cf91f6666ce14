import { commonDevice } from '../core/arguments.ts';
import type { Device } from '../core/device.ts';
import { defaultDevice } from '../core/devices.ts';
import type { DType } from '../core/dtype.ts';
import { heldType } from '../core/held.ts';
import { broadcastTwo, extentOf, sameShape, shapeText, sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { type Casting, castable, type Scalar } from '../core/promotion.ts';
import { copyOf } from '../core/views.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { type OutputSpec, type Program, storedAs } from '../scalar/program.ts';

/** What a kernel works on: arrays, and scalars that are passed by value. */
export type KernelOperand = NdArray | Scalar;

/** The shape to which all non-raw array operands broadcast; scalars have none. */
export function operandShape(
  program: Program,
  inputs: readonly KernelOperand[],
  who: string,
): readonly number[] {
  let shape: readonly number[] | null = null;
  for (let k = 0; k < inputs.length; k++) {
    const x = inputs[k];
    if (!(x instanceof NdArray) || program.inputs[k]?.kind === 'raw') continue;
    shape = shape === null ? x.shape : broadcastTwo(shape, x.shape, who);
  }
  return shape ?? [];
}

/** Whether two views may touch a common element. */
export function mayOverlap(a: NdArray, b: NdArray): boolean {
  if (a.storage !== b.storage) return false;
  const ea = extentOf(a.shape, a.steps, a.offset);
  const eb = extentOf(b.shape, b.steps, b.offset);
  if (ea === null || eb === null) return false;
  const sa = a.dtype.itemsize;
  const sb = b.dtype.itemsize;
  return ea[0] * sa < (eb[1] + 1) * sb && eb[0] * sb < (ea[1] + 1) * sa;
}

/** Whether two views are the very same elements in the same order. */
export function sameView(a: NdArray, b: NdArray): boolean {
  return (
    a.storage === b.storage &&
    a.offset === b.offset &&
    a.dtype === b.dtype &&
    sameShape(a.shape, b.shape) &&
    sameShape(a.steps, b.steps)
  );
}

/**
 * Checks a given output against what the operation yields.
 *
 * @throws {ValueError} for another shape, or a broadcast view, several of whose elements are one.
 * @throws {DTypeError} if the result may not be cast to its dtype.
 */
export function checkOut(
  out: NdArray,
  shape: readonly number[],
  dtype: DType,
  who: string,
  casting: Casting = 'same_kind',
): void {
  if (!sameShape(out.shape, shape)) {
    throw new ValueError(
      `[${who}] out has shape ${shapeText(out.shape)} but the result has shape ${shapeText(shape)}`,
    );
  }
  if (!castable(dtype, out.dtype, casting)) {
    throw new DTypeError(
      `[${who}] cannot cast the result from ${dtype.name} to out's ${out.dtype.name} under rule '${casting}'`,
    );
  }
  for (let i = 0; i < shape.length; i++) {
    if (out.steps[i] === 0 && (shape[i] as number) > 1 && out.size > 0) {
      throw new ValueError(
        `[${who}] out is a broadcast view: along axis ${i} all ${shape[i]} elements are one; give an array of its own`,
      );
    }
  }
}

/**
 * Runs an elementwise program of one result into a fresh array. The common case of two operands of one shape on one device
 * costs two comparisons.
 */
export function launchFresh(program: Program, inputs: readonly KernelOperand[], who: string): NdArray {
  const x = inputs[0];
  const y = inputs.length > 1 ? inputs[1] : 0;
  let device: Device;
  let shape: readonly number[];
  if (inputs.length <= 2 && x instanceof NdArray && program.inputs.length === inputs.length) {
    device = x.storage.device;
    shape = x.shape;
    if (y instanceof NdArray) {
      if (y.storage.device !== device) commonDevice(inputs, who);
      shape = broadcastTwo(shape, y.shape, who);
    }
  } else {
    device = commonDevice(inputs, who) ?? defaultDevice();
    shape = operandShape(program, inputs, who);
  }
  const { dtype } = program.outputs[0] as OutputSpec;
  const held = heldType(device, dtype);
  const result = emptyOn(device, shape, held);
  if (result.size > 0)
    device.kernels.elementwise(held === dtype ? program : storedAs(program, [held]), inputs, [result], shape);
  return result;
}

/** Whether an operand can be read while `out` is written in the same order, without broadcasting. */
function goesAlong(x: KernelOperand, out: NdArray): boolean {
  if (!(x instanceof NdArray)) return true;
  if (x.storage.device !== out.storage.device || !sameShape(x.shape, out.shape)) return false;
  return x.storage !== out.storage || sameView(x, out);
}

/** Runs an elementwise program of one result into a given array; in place if that is an operand. */
export function launchInto(
  program: Program,
  inputs: readonly KernelOperand[],
  out: NdArray,
  who: string,
): NdArray {
  const simple =
    out.contiguous &&
    out.dtype === (program.outputs[0] as OutputSpec).dtype &&
    goesAlong(inputs[0] as KernelOperand, out) &&
    (inputs.length < 2 || goesAlong(inputs[1] as KernelOperand, out));
  if (!simple || inputs.length > 2) return launch(program, inputs, [out], who)[0] as NdArray;
  if (out.size > 0) out.storage.device.kernels.elementwise(program, inputs, [out], out.shape);
  return out;
}

/**
 * Runs an elementwise program. `outs[k]` may be null for a fresh array. Inputs that overlap an output in another order are
 * copied first, so that in-place work on overlapping views is safe. Results are cast to the dtype of a given output.
 */
export function launch(
  program: Program,
  inputs: readonly KernelOperand[],
  outs: readonly (NdArray | null)[] | null,
  who: string,
  shape: readonly number[] = operandShape(program, inputs, who),
  casting: Casting = 'same_kind',
): NdArray[] {
  const given = outs?.filter((o) => o !== null) ?? [];
  const device = commonDevice(given.length > 0 ? [...inputs, ...given] : inputs, who) ?? defaultDevice();
  const results = program.outputs.map((spec, k) => {
    const out = outs?.[k];
    if (!out) return emptyOn(device, shape, heldType(device, spec.dtype));
    checkOut(out, shape, spec.dtype, who, casting);
    return out;
  });
  let operands = inputs;
  if (results.some((r, k) => r.dtype !== program.outputs[k]?.dtype))
    program = storedAs(
      program,
      results.map((r) => r.dtype),
    );
  if (given.length > 0) {
    operands = inputs.map((x, k) => {
      if (!(x instanceof NdArray)) return x;
      const raw = program.inputs[k]?.kind === 'raw';
      return given.some((out) => mayOverlap(x, out) && (raw || !sameView(x, out))) ? copyOf(x) : x;
    });
  }
  if (sizeOf(shape) > 0) device.kernels.elementwise(program, operands, results, shape);
  return results;
}
