import type { ScatterMode } from '../core/device.ts';
import { type DType, int32 } from '../core/dtype.ts';
import { broadcastSteps, broadcastTwo, sameShape, shapeText, sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { castable } from '../core/promotion.ts';
import { dense, flatScalars } from '../core/read.ts';
import { array, asarray } from '../creation/array.ts';
import { DTypeError, IndexError, ValueError } from '../errors.ts';
import { at as partOf } from '../indexing/at.ts';
import type { Index } from '../indexing/grammar.ts';
import { scatterOn } from '../js/families.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { coord, input } from '../scalar/expr.ts';
import type { AtIndices, UfuncOperand } from './types.ts';
import type { UfuncCore } from './ufunc.ts';

/** Ufuncs that a device scatters by itself; a difference adds what is negated. */
const modes: Readonly<Record<string, ScatterMode>> = {
  add: 'add',
  subtract: 'add',
  maximum: 'max',
  minimum: 'min',
};

const negate = /*#__PURE__*/ new Kernel('negative', [input(0).neg()]);
const count = /*#__PURE__*/ new Kernel('positions', [coord(0)]);

/**
 * `x[indices] = f(x[indices], values)` in place, as if the indices came one after another.
 *
 * @throws {DTypeError} if the result may not be cast to x's dtype.
 * @throws {IndexError} if an index is out of bounds.
 * @throws {ValueError} if the values do not broadcast to the shape of the indexed elements.
 */
export function at(core: UfuncCore, x: NdArray, indices: AtIndices, values: UfuncOperand): void {
  const who = `${core.name}.at`;
  const result = core.loop(core.strongTypes([x, values])).outputs[0] as DType;
  if (!castable(result, x.dtype, 'same_kind')) {
    throw new DTypeError(
      `[${who}] cannot cast the result from ${result.name} to x's ${x.dtype.name} under rule 'same_kind'`,
    );
  }
  const target = targetOf(x, indices);
  const shape = [...target.indices.shape, ...target.flat.shape.slice(1)];
  const operand = asarray(values, { device: x.device });
  if (!sameShape(broadcastTwo(operand.shape, shape, who), shape)) {
    throw new ValueError(
      `[${who}] values have shape ${shapeText(operand.shape)} but the indexed elements have shape ${shapeText(shape)}`,
    );
  }
  if (sizeOf(shape) === 0) return;
  const mode = modes[core.name];
  if (mode !== undefined && x.dtype.kind !== 'b') {
    let source = emptyOn(x.device, operand.shape, x.dtype);
    x.device.kernels.copy(operand, source);
    if (core.name === 'subtract')
      [source] = launch(negate.program([source]), [source], null, who) as [NdArray];
    scatterOn(x.device).scatter(target.flat, target.indices, 0, source, mode);
  } else inOrder(core, target, operand, shape);
  if (target.flat.storage !== x.storage) x.device.kernels.copy(reshaped(target.flat, x.shape), x);
}

interface Target {
  /** x with the indexed axes as one axis in front. */
  readonly flat: NdArray;
  /** Integer positions along that axis. */
  readonly indices: NdArray;
}

/** Integers on the first axis stand as they are; any other index is read off an array of positions. */
function targetOf(x: NdArray, indices: AtIndices): Target {
  const list = Array.isArray(indices) && indices.every((i) => typeof i === 'number');
  const whole = indices instanceof NdArray && (indices.dtype.kind === 'i' || indices.dtype.kind === 'u');
  if (typeof indices === 'number' || list) {
    return { flat: x, indices: array(indices as number | number[], { dtype: int32, device: x.device }) };
  }
  if (whole) return { flat: x, indices };
  const tuple = (Array.isArray(indices) ? indices : [indices]) as Index[];
  const places = emptyOn(x.device, [x.size], int32);
  if (x.size > 0) x.device.kernels.elementwise(count.program([]), [], [places], [x.size]);
  const found = partOf(reshaped(places, x.shape), tuple);
  return { flat: reshaped(dense(x), [x.size]), indices: dense(found) };
}

function reshaped(x: NdArray, shape: readonly number[]): NdArray {
  return new NdArray(x.storage, x.dtype, shape, undefined, x.offset);
}

/** One index after another, for ufuncs whose order matters. */
function inOrder(core: UfuncCore, target: Target, values: NdArray, shape: readonly number[]): void {
  const { flat, indices } = target;
  const rest = flat.shape.slice(1);
  const spread = new NdArray(
    values.storage,
    values.dtype,
    shape,
    broadcastSteps(values.shape, values.steps, shape),
    values.offset,
  );
  const wide = reshaped(dense(spread), [indices.size, ...rest]);
  const extent = flat.shape[0] as number;
  flatScalars(indices).forEach((index, j) => {
    const i = Number(index) < 0 ? Number(index) + extent : Number(index);
    if (i < 0 || i >= extent) {
      throw new IndexError(
        `[${core.name}.at] index ${index} is out of bounds for an axis of extent ${extent}`,
      );
    }
    const place = new NdArray(
      flat.storage,
      flat.dtype,
      rest,
      flat.steps.slice(1),
      flat.offset + i * (flat.steps[0] as number),
    );
    const value = new NdArray(
      wide.storage,
      wide.dtype,
      rest,
      wide.steps.slice(1),
      wide.offset + j * sizeOf(rest),
    );
    core.general([place, value], { out: place });
  });
}
