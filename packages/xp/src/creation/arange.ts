import { checkOptions } from '../core/check-options.ts';
import { defaultDtype } from '../core/config.ts';
import { type DType, dtype, float64, int32, int64 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { ValueError } from '../errors.ts';
import type { CreationOptions } from './array.ts';
import { Generator } from './generate.ts';

const floats = /*#__PURE__*/ new Generator('arange', [float64, float64], (c, start, step) =>
  c(0).cast(float64).mul(step).add(start),
);
const integers = /*#__PURE__*/ new Generator('arange', [int32, int32], (c, start, step) =>
  c(0).mul(step).add(start),
);
const bigs = /*#__PURE__*/ new Generator('arange', [int64, int64], (c, start, step) =>
  c(0).cast(int64).mul(step).add(start),
);

type Bound = number | bigint;

/**
 * Evenly spaced values from `start` (0) up to, and without, `stop`.
 *
 * Without a dtype: int32 where all bounds are integers, so that the result indexes; int64 for bigints; else the default float.
 *
 * @throws {ValueError} if the step is 0 or a bound is not finite.
 * @example
 * import { arange } from '@chainer/xp';
 * arange(3).toArraySync(); // [0, 1, 2]
 * arange(1, 2, 0.25).toArraySync(); // [1, 1.25, 1.5, 1.75]
 */
export function arange(stop: Bound, options?: CreationOptions): NdArray;
export function arange(start: Bound, stop: Bound | null, options?: CreationOptions): NdArray;
export function arange(
  start: Bound,
  stop: Bound | null,
  step: Bound | null,
  options?: CreationOptions,
): NdArray;
export function arange(...args: (Bound | null | undefined | CreationOptions)[]): NdArray {
  const last = args[args.length - 1];
  const given = args.length > 3 || (typeof last === 'object' && last !== null);
  const options = given ? ((last ?? {}) as CreationOptions) : {};
  checkOptions('arange', options, ['dtype', 'device']);
  const [a, b, c] = args.filter((x) => x !== options) as [
    Bound,
    Bound | null | undefined,
    Bound | null | undefined,
  ];
  const [start, stop] = b === undefined || b === null ? [typeof a === 'bigint' ? 0n : 0, a] : [a, b];
  const step = c ?? 1;
  if (Number(step) === 0) throw new ValueError('[arange] the step cannot be 0');
  const bounds = [start, stop, step];
  const d = options.dtype ? dtype(options.dtype) : dtypeOf(bounds);
  const n = count(start, stop, step);
  if (!Number.isFinite(n)) throw new ValueError(`[arange] bounds must be finite, got ${bounds.join(', ')}`);
  return generatorFor(bounds, d).make([Math.max(0, n)], d, options.device, progression(start, step, d));
}

/** Start and step as they are in the dtype: those of integers are the first value, and its distance to the second, cut off. */
function progression(start: Bound, step: Bound, d: DType): readonly [Bound, Bound] {
  if (d.kind === 'f' || d.kind === 'c' || (isWhole(start) && isWhole(step))) return [start, step];
  const first = Math.trunc(Number(start));
  return [first, Math.trunc(Number(start) + Number(step)) - first];
}

const isWhole = (x: Bound): boolean => typeof x === 'bigint' || Number.isInteger(x);

/** Number of steps, exact where bounds are bigints. */
function count(start: Bound, stop: Bound, step: Bound): number {
  if (typeof start === 'bigint' && typeof stop === 'bigint' && Number.isInteger(Number(step))) {
    const by = BigInt(step);
    const span = stop - start;
    const whole = span / by;
    return Number(whole * by !== span && span > 0n === by > 0n ? whole + 1n : whole);
  }
  return Math.ceil((Number(stop) - Number(start)) / Number(step));
}

function dtypeOf(bounds: readonly Bound[]): DType {
  if (bounds.some((x) => typeof x === 'bigint')) return int64;
  return bounds.every(Number.isInteger) ? int32 : defaultDtype();
}

/** Integers are exact in int32 where they fit and in int64 elsewhere; anything else is computed in float64. */
function generatorFor(bounds: readonly Bound[], d: DType): Generator {
  if (d.kind === 'f' || d.kind === 'c' || bounds.some((x) => typeof x === 'number' && !Number.isInteger(x)))
    return floats;
  return bounds.every((x) => Math.abs(Number(x)) < 2 ** 31) ? integers : bigs;
}
