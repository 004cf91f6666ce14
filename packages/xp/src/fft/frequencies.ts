import { axisList } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { defaultDevice } from '../core/devices.ts';
import { float64 } from '../core/dtype.ts';
import { heldType } from '../core/held.ts';
import type { NdArray } from '../core/ndarray.ts';
import { type ArrayLike, array } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { roll } from '../manipulation/flip.ts';
import { type Axes, arrayOf } from '../reduction/options.ts';

/** The distance of samples; n is checked as well. */
function spacingOf(n: number, options: { readonly d?: number }, who: string): number {
  checkOptions(who, options, ['d']);
  if (!Number.isInteger(n) || n < 1) throw new ValueError(`[${who}] n must be a positive integer, got ${n}`);
  return options.d ?? 1;
}

/**
 * Frequencies of the results of `fft`, in cycles per unit of `d`, the distance of samples: 0 upwards, then the negative ones.
 *
 * @returns `[n]` float64
 * @throws {ValueError} if n is no positive integer.
 * @example
 * import { fft } from '@chainer/xp';
 * fft.fftfreq(4).toArraySync(); // [0, 0.25, -0.5, -0.25]
 */
export function fftfreq(n: number, options: { readonly d?: number } = {}): NdArray {
  const d = spacingOf(n, options, 'fft.fftfreq');
  const positive = Math.floor((n - 1) / 2);
  return array(
    Array.from({ length: n }, (_, k) => (k <= positive ? k : k - n) / (n * d)),
    { dtype: heldType(defaultDevice(), float64) },
  );
}

/**
 * Frequencies of the results of `rfft`.
 *
 * @returns `[n/2 + 1]` float64
 * @throws {ValueError} if n is no positive integer.
 * @example
 * import { fft } from '@chainer/xp';
 * fft.rfftfreq(4).toArraySync(); // [0, 0.25, 0.5]
 */
export function rfftfreq(n: number, options: { readonly d?: number } = {}): NdArray {
  const d = spacingOf(n, options, 'fft.rfftfreq');
  return array(
    Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => k / (n * d)),
    { dtype: heldType(defaultDevice(), float64) },
  );
}

/** Rolls axes (all unless given) by what `by` says of their lengths. */
function shifted(
  x: ArrayLike,
  options: { readonly axes?: Axes },
  by: (n: number) => number,
  who: string,
): NdArray {
  checkOptions(who, options, ['axes']);
  const a = arrayOf(x);
  const axes = options.axes ?? null;
  const list = axes === null ? a.shape.map((_, k) => k) : axisList(axes, a.ndim, who);
  if (list.length === 0) return a;
  return roll(
    a,
    list.map((axis) => by(a.shape[axis] as number)),
    { axis: list },
  );
}

/**
 * Brings frequency 0 to the middle.
 *
 * @example
 * import { arange, fft } from '@chainer/xp';
 * fft.fftshift(arange(5)).toArraySync(); // [3, 4, 0, 1, 2]
 */
export function fftshift(x: ArrayLike, options: { readonly axes?: Axes } = {}): NdArray {
  return shifted(x, options, (n) => Math.floor(n / 2), 'fft.fftshift');
}

/** Inverse of `fftshift`. */
export function ifftshift(x: ArrayLike, options: { readonly axes?: Axes } = {}): NdArray {
  return shifted(x, options, (n) => -Math.floor(n / 2), 'fft.ifftshift');
}
