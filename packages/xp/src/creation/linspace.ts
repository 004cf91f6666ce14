import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { Complex } from '../core/complex.ts';
import { defaultDtype } from '../core/config.ts';
import type { Device } from '../core/device.ts';
import { resolveDevice } from '../core/devices.ts';
import { complex64, complex128, type DType, type DTypeLike, dtype, float32, float64 } from '../core/dtype.ts';
import { heldType } from '../core/held.ts';
import { broadcastTwo } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { picked } from '../core/views.ts';
import { ValueError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { moveaxis } from '../manipulation/transpose.ts';
import { coord, type Expr, input, lift, select } from '../scalar/expr.ts';
import { asarray } from './array.ts';

/** Options of `linspace`. */
export interface LinspaceOptions {
  /** How many values; 50 unless given. */
  readonly num?: number;
  /** Whether `stop` is the last value. */
  readonly endpoint?: boolean;
  readonly dtype?: DTypeLike | null;
  /** Where the new axis stands if bounds are arrays. */
  readonly axis?: number;
  readonly device?: Device | string | null;
}

/**
 * `start + i·(stop - start)/divisions`, the last value exact. For integer results rounded down first. `base` raises to a power.
 * Inputs: start, stop, count of divisions, position of the exact end (or -1), base.
 */
function spaced(type: DType, floor: boolean, power: boolean): Expr {
  const start = input(0).cast(type);
  const stop = input(1).cast(type);
  const share = coord(0).cast(type).div(input(2).cast(type));
  let y: Expr = select(coord(0).eq(input(3).cast('int32')), stop, start.add(stop.sub(start).mul(share)));
  if (power) y = lift(input(4)).cast(type).pow(y);
  return floor ? y.floor() : y;
}

const kernels = new Map<string, Kernel>();

function kernelFor(type: DType, floor: boolean, power: boolean): Kernel {
  const key = `${type.name}${floor}${power}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    kernel = new Kernel(power ? 'logspace' : 'linspace', [spaced(type, floor, power)]);
    kernels.set(key, kernel);
  }
  return kernel;
}

type Bound = Scalar | NdArray | readonly number[];

function run(start: Bound, stop: Bound, base: number | null, options: LinspaceOptions, who: string): NdArray {
  const num = options.num ?? 50;
  if (!Number.isInteger(num) || num < 0)
    throw new ValueError(`[${who}] num is a number of values from 0 on, got ${num}`);
  const where =
    options.device ??
    (start instanceof NdArray ? start.device : stop instanceof NdArray ? stop.device : null);
  const [a, b] = [start, stop].map((x) =>
    x instanceof NdArray
      ? x
      : asarray(x, {
          device: where,
          dtype: x instanceof Complex ? complex128 : heldType(resolveDevice(where), float64),
        }),
  ) as [NdArray, NdArray];
  const complex = a.dtype.kind === 'c' || b.dtype.kind === 'c';
  const d = options.dtype
    ? dtype(options.dtype)
    : complex
      ? defaultDtype() === float64
        ? complex128
        : complex64
      : defaultDtype();
  const bits64 = a.device.supports(float64);
  const type = complex ? (bits64 ? complex128 : complex64) : bits64 ? float64 : float32;
  const divisions = options.endpoint === false ? num : num - 1;
  const shape = [num, ...broadcastTwo(a.shape, b.shape, who)];
  const out = emptyOn(a.device, shape, d);
  const end = options.endpoint !== false && num > 1 ? num - 1 : -1;
  const inputs = [a, b, Math.max(divisions, 1), end, base ?? 1];
  const floor = d.kind === 'i' || d.kind === 'u';
  launch(kernelFor(type, floor && !complex, base !== null).program(inputs, [d]), inputs, [out], who, shape);
  return moveaxis(out, 0, normalizeAxis(options.axis ?? 0, shape.length, who));
}

/**
 * `num` evenly spaced values from `start` to `stop`. Bounds may be arrays; the values then run along a new axis.
 *
 * @throws {ValueError} if `num` is negative.
 * @example
 * import { linspace } from '@chainer/xp';
 * linspace(0, 1, { num: 5 }).toArraySync(); // [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace(
  start: Bound,
  stop: Bound,
  options: LinspaceOptions & { readonly retstep: true },
): [NdArray, NdArray];
export function linspace(
  start: Bound,
  stop: Bound,
  options?: LinspaceOptions & { readonly retstep?: boolean },
): NdArray;
export function linspace(
  start: Bound,
  stop: Bound,
  options: LinspaceOptions & { readonly retstep?: boolean } = {},
): NdArray | [NdArray, NdArray] {
  checkOptions('linspace', options, ['num', 'endpoint', 'dtype', 'axis', 'device', 'retstep']);
  const values = run(start, stop, null, options, 'linspace');
  if (!options.retstep) return values;
  const divisions = options.endpoint === false ? (options.num ?? 50) : (options.num ?? 50) - 1;
  const ends = run(
    start,
    stop,
    null,
    { num: 2, endpoint: false, dtype: options.dtype ?? null, device: options.device ?? null },
    'linspace',
  );
  const inputs = [picked(ends, 0, 0), picked(ends, 0, 1), divisions / 2];
  return [values, launch(difference.program(inputs), inputs, null, 'linspace')[0] as NdArray];
}

// Two of the values lie half the span apart.
const difference = /*#__PURE__*/ new Kernel('linspace', [input(1).sub(input(0)).div(input(2))]);

/**
 * `num` values whose logarithms to `base` (10) are evenly spaced from `start` to `stop`.
 *
 * @example
 * import { logspace } from '@chainer/xp';
 * logspace(0, 2, { num: 3 }).toArraySync(); // [1, 10, 100]
 */
export function logspace(
  start: Bound,
  stop: Bound,
  options: LinspaceOptions & { readonly base?: number } = {},
): NdArray {
  checkOptions('logspace', options, ['num', 'endpoint', 'dtype', 'axis', 'device', 'base']);
  return run(start, stop, options.base ?? 10, options, 'logspace');
}
