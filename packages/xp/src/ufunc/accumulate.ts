import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import type { ScanOp } from '../core/device.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { scanOn } from '../js/families.ts';
import { checkOut } from '../kernel/launch.ts';
import { accumulatorOf, combining } from './accumulator.ts';
import type { UfuncAxisOptions } from './types.ts';
import type { UfuncCore } from './ufunc.ts';

const scans: ReadonlySet<string> = new Set<ScanOp>(['add', 'multiply', 'maximum', 'minimum']);

/** Running combination along an axis by a ufunc of two operands. */
export function accumulate(core: UfuncCore, x: NdArray, options: UfuncAxisOptions = {}): NdArray {
  const who = `${core.name}.accumulate`;
  checkOptions(who, options, ['axis', 'dtype', 'out']);
  const axis = normalizeAxis(options.axis ?? 0, x.ndim, who);
  const accumulator = accumulatorOf(core, x.dtype, options.dtype);
  combining(core, accumulator);
  const { out } = options;
  if (out) checkOut(out, x.shape, accumulator, who);
  const result = emptyOn(x.device, x.shape, accumulator);
  if (result.size > 0) {
    if (scans.has(core.name)) scanOn(x.device).scan(core.name as ScanOp, x, result, axis);
    else bySlices(core, x, result, axis);
  }
  if (!out) return result;
  if (out.size > 0) x.device.kernels.copy(result, out);
  return out;
}

/** Each slice from the one before; a device runs every slice in parallel. */
function bySlices(core: UfuncCore, x: NdArray, result: NdArray, axis: number): void {
  x.device.kernels.copy(sliceAt(x, axis, 0), sliceAt(result, axis, 0));
  for (let i = 1; i < (x.shape[axis] as number); i++) {
    core.general([sliceAt(result, axis, i - 1), sliceAt(x, axis, i)], {
      out: sliceAt(result, axis, i),
      casting: 'unsafe',
    });
  }
}

function sliceAt(x: NdArray, axis: number, i: number): NdArray {
  const without = (list: readonly number[]) => list.filter((_, a) => a !== axis);
  const offset = x.offset + i * (x.steps[axis] as number);
  return new NdArray(x.storage, x.dtype, without(x.shape), without(x.steps), offset);
}
