import { normalizeAxes } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { shapeText } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { ValueError } from '../errors.ts';
import { checkOut } from '../kernel/launch.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { typedReductionKeys } from '../reduction/options.ts';
import type { Expr } from '../scalar/expr.ts';
import { accumulatorOf, combining } from './accumulator.ts';
import { alongAxis } from './sequential.ts';
import type { UfuncReduceOptions } from './types.ts';
import type { UfuncCore } from './ufunc.ts';

const reductions = new WeakMap<UfuncCore, ReductionKernel>();

/** Combines elements along axes by a ufunc of two operands. */
export function reduce(core: UfuncCore, x: NdArray, options: UfuncReduceOptions = {}): NdArray {
  const who = `${core.name}.reduce`;
  checkOptions(who, options, typedReductionKeys);
  const axes = normalizeAxes(options.axis === undefined ? 0 : options.axis, x.ndim, who);
  const { identity, associative, emptyRaises } = core.spec;
  const count = axes.reduce((n, a) => n * (x.shape[a] as number), 1);
  if (count === 0 && (identity === undefined || emptyRaises)) {
    throw new ValueError(
      `[${who}] a reduction of no elements has no value: x has shape ${shapeText(x.shape)}, reduced along ${axes.join(', ')}`,
    );
  }
  const accumulator = accumulatorOf(core, x.dtype, options.dtype);
  combining(core, accumulator);
  const { keepdims = false, out = null } = options;
  if (associative && identity !== undefined) {
    return reductionOf(core).run([x], { axis: axes, keepdims, out }, { accumulator, output: accumulator });
  }
  if (axes.length !== 1) {
    throw new ValueError(
      `[${who}] the order of combination matters, so that there can be one axis only; got ${axes.join(', ')}`,
    );
  }
  const [axis] = axes as [number];
  const shape = x.shape.filter((_, a) => a !== axis);
  const kept = keepdims ? x.shape.map((n, a) => (a === axis ? 1 : n)) : shape;
  if (out) checkOut(out, kept, accumulator, who);
  const flat = emptyOn(x.device, shape, accumulator);
  const operands = [x, x.shape[axis] as number];
  const program = alongAxis(core, x.ndim, axis, accumulator).program(operands);
  if (flat.size > 0) x.device.kernels.elementwise(program, operands, [flat], shape);
  const result = keepdims ? new NdArray(flat.storage, accumulator, kept) : flat;
  if (!out) return result;
  if (out.size > 0) x.device.kernels.copy(result, out);
  return out;
}

function reductionOf(core: UfuncCore): ReductionKernel {
  let kernel = reductions.get(core);
  if (kernel === undefined) {
    kernel = new ReductionKernel(`${core.name}.reduce`, 1, {
      reduce: (a, b) => core.expressions([a, b], null)[0] as Expr,
      identity: core.spec.identity as NonNullable<typeof core.spec.identity>,
    });
    reductions.set(core, kernel);
  }
  return kernel;
}
