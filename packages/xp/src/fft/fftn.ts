import { checkOptions } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { ArrayLike } from '../creation/array.ts';
import { type FftnOptions, fftnKeys, transformN } from './transform.ts';

const lastTwo = [-2, -1] as const;

/** Options of two-dimensional transforms: the last two axes unless given. */
function planar(o: FftnOptions, who: string): FftnOptions {
  checkOptions(who, o, fftnKeys);
  return { ...o, axes: o.axes ?? lastTwo };
}

/**
 * Fourier transform along several axes, all unless given.
 *
 * @throws {ValueError} where `s` and `axes` differ in length; {AxisError} for an axis outside the array.
 * @example
 * import { fft, ones } from '@chainer/xp';
 * fft.fftn(ones([2, 2])).real.toArraySync(); // [[4, 0], [0, 0]]
 */
export function fftn(x: ArrayLike, options: FftnOptions = {}): NdArray {
  return transformN(x, options, 'c2c', false, 'fft.fftn');
}

/** Inverse of `fftn`. */
export function ifftn(x: ArrayLike, options: FftnOptions = {}): NdArray {
  return transformN(x, options, 'c2c', true, 'fft.ifftn');
}

/** `fftn` along two axes, the last two unless given. */
export function fft2(x: ArrayLike, options: FftnOptions = {}): NdArray {
  return transformN(x, planar(options, 'fft.fft2'), 'c2c', false, 'fft.fft2');
}

/** Inverse of `fft2`. */
export function ifft2(x: ArrayLike, options: FftnOptions = {}): NdArray {
  return transformN(x, planar(options, 'fft.ifft2'), 'c2c', true, 'fft.ifft2');
}

/**
 * `fftn` of real input: along the last of the axes, only the frequencies 0 … n/2.
 *
 * @example
 * import { fft, ones } from '@chainer/xp';
 * fft.rfftn(ones([2, 2])).shape; // [2, 2]
 */
export function rfftn(x: ArrayLike, options: FftnOptions = {}): NdArray {
  return transformN(x, options, 'r2c', false, 'fft.rfftn');
}

/** Inverse of `rfftn`: real output. */
export function irfftn(x: ArrayLike, options: FftnOptions = {}): NdArray {
  return transformN(x, options, 'c2r', true, 'fft.irfftn');
}

/** `rfftn` along two axes, the last two unless given. */
export function rfft2(x: ArrayLike, options: FftnOptions = {}): NdArray {
  return transformN(x, planar(options, 'fft.rfft2'), 'r2c', false, 'fft.rfft2');
}

/** Inverse of `rfft2`. */
export function irfft2(x: ArrayLike, options: FftnOptions = {}): NdArray {
  return transformN(x, planar(options, 'fft.irfft2'), 'c2r', true, 'fft.irfft2');
}
