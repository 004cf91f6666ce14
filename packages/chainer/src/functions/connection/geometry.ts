import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { kindOf } from '../../core/type-check.ts';

/** One number for every spatial axis, or a list with one each. */
export type Sizes = number | readonly number[];

/** A list with one number per spatial axis. @throws {Error} for a list of another length. */
export function perAxis(who: string, name: string, value: Sizes, ndim: number): readonly number[] {
  if (typeof value === 'number') return new Array<number>(ndim).fill(value);
  if (!Array.isArray(value))
    throw new TypeError(
      `[${who}] ${name} must be a number or a list of ${ndim} numbers, got ${kindOf(value)}`,
    );
  if (value.length !== ndim)
    throw new Error(`[${who}] ${name} must be a number or ${ndim} numbers, got [${value.join(', ')}]`);
  return value;
}

/** How many windows of `k` fit: `(size + 2p - k_d) // s + 1` with `k_d = (k-1)d + 1`, rounded up with coverAll. */
export function getConvOutsize(
  size: number,
  k: number,
  s: number,
  p: number,
  options: { readonly coverAll?: boolean; readonly d?: number } = {},
): number {
  checkOptions('getConvOutsize', options, ['coverAll', 'd']);
  const kd = k + (k - 1) * ((options.d ?? 1) - 1);
  return Math.floor((size + 2 * p - kd + (options.coverAll ? s - 1 : 0)) / s) + 1;
}

/** The input size of a convolution with that output: `s(size-1) + k_d - 2p`. */
export function getDeconvOutsize(
  size: number,
  k: number,
  s: number,
  p: number,
  options: { readonly coverAll?: boolean; readonly d?: number } = {},
): number {
  checkOptions('getDeconvOutsize', options, ['coverAll', 'd']);
  const kd = k + (k - 1) * ((options.d ?? 1) - 1);
  return s * (size - 1) + kd - (options.coverAll ? s - 1 : 0) - 2 * p;
}

/** `[32, 32]` of `[N, C, 32, 32]`. */
export function spatial(x: NdArray | { readonly shape: readonly number[] }): readonly number[] {
  return x.shape.slice(2);
}
