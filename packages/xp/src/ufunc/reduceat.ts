import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { int32 } from '../core/dtype.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { flatScalars } from '../core/read.ts';
import { array } from '../creation/array.ts';
import { IndexError } from '../errors.ts';
import { checkOut } from '../kernel/launch.ts';
import { accumulatorOf } from './accumulator.ts';
import { overSlices } from './sequential.ts';
import type { UfuncAxisOptions } from './types.ts';
import type { UfuncCore } from './ufunc.ts';

/** Combines over slices of an axis by a ufunc of two operands. */
export function reduceat(
  core: UfuncCore,
  x: NdArray,
  indices: NdArray | readonly number[],
  options: UfuncAxisOptions = {},
): NdArray {
  const who = `${core.name}.reduceat`;
  checkOptions(who, options, ['axis', 'dtype', 'out']);
  const axis = normalizeAxis(options.axis ?? 0, x.ndim, who);
  const extent = x.shape[axis] as number;
  const starts = (indices instanceof NdArray ? flatScalars(indices) : indices).map(Number);
  for (const i of starts) {
    if (!Number.isInteger(i) || i < 0 || i >= extent) {
      throw new IndexError(`[${who}] index ${i} is out of bounds for axis ${axis} of extent ${extent}`);
    }
  }
  const stops = starts.map((start, k) => {
    const next = starts[k + 1] ?? extent;
    return next > start ? next : start + 1;
  });
  const accumulator = accumulatorOf(core, x.dtype, options.dtype);
  const shape = x.shape.map((n, a) => (a === axis ? starts.length : n));
  if (options.out) checkOut(options.out, shape, accumulator, who);
  const result = emptyOn(x.device, shape, accumulator);
  if (result.size > 0) {
    const place = { dtype: int32, device: x.device };
    const operands = [x, array(starts, place), array(stops, place)];
    const program = overSlices(core, x.ndim, axis, accumulator).program(operands);
    x.device.kernels.elementwise(program, operands, [result], shape);
  }
  if (!options.out) return result;
  if (result.size > 0) x.device.kernels.copy(result, options.out);
  return options.out;
}
