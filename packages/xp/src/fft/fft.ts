import type { NdArray } from '../core/ndarray.ts';
import type { ArrayLike } from '../creation/array.ts';
import { conj } from '../ufunc/complex.ts';
import { type FftOptions, type Norm, transform } from './transform.ts';

/**
 * Discrete Fourier transform along an axis: `y[k] = Σ x[j] exp(-2πi jk/n)`.
 *
 * @param x real or complex, any length
 * @returns complex64 for 16- and 32-bit floats and complex64, otherwise complex128.
 * @throws {ValueError} for a length below 1 or an unknown norm; {AxisError} for an axis outside the array.
 * @example
 * import { array, fft } from '@chainer/xp';
 * fft.fft(array([1, 0, 0, 0])).real.toArraySync(); // [1, 1, 1, 1]
 */
export function fft(x: ArrayLike, options: FftOptions = {}): NdArray {
  return transform(x, options, 'c2c', false, 'fft.fft');
}

/**
 * Inverse of `fft`: `x[j] = 1/n Σ y[k] exp(2πi jk/n)`.
 *
 * @example
 * import { array, fft } from '@chainer/xp';
 * fft.ifft(fft.fft(array([1, 2, 4, 8]))).real.toArraySync(); // [1.000, 2.000, 4.000, 8.000]
 */
export function ifft(x: ArrayLike, options: FftOptions = {}): NdArray {
  return transform(x, options, 'c2c', true, 'fft.ifft');
}

/**
 * Transform of real input: the frequencies 0 … n/2, since the others mirror them.
 *
 * @param x real
 * @throws {TypeError} for complex input.
 * @example
 * import { array, fft } from '@chainer/xp';
 * fft.rfft(array([1, 2, 1, 2])).real.toArraySync(); // [6, 0, -2]
 */
export function rfft(x: ArrayLike, options: FftOptions = {}): NdArray {
  return transform(x, options, 'r2c', false, 'fft.rfft');
}

/**
 * Inverse of `rfft`: real output of length `n`, `2 (m - 1)` for m frequencies unless given.
 *
 * @example
 * import { array, fft } from '@chainer/xp';
 * fft.irfft(fft.rfft(array([1, 2, 3])), { n: 3 }).toArraySync(); // [1.000, 2.000, 3.000]
 */
export function irfft(x: ArrayLike, options: FftOptions = {}): NdArray {
  return transform(x, options, 'c2r', true, 'fft.irfft');
}

/**
 * Transform of a signal that is its own mirrored conjugate, of which the first half is given: a real spectrum.
 *
 * @example
 * import { array, fft } from '@chainer/xp';
 * fft.hfft(array([1, 1])).toArraySync(); // [2, 0]
 */
export function hfft(x: ArrayLike, options: FftOptions = {}): NdArray {
  return transform(x, options, 'c2r', false, 'fft.hfft');
}

/**
 * Inverse of `hfft`.
 *
 * @example
 * import { array, fft } from '@chainer/xp';
 * fft.ihfft(array([2, 0])).real.toArraySync(); // [1, 1]
 */
export function ihfft(x: ArrayLike, options: FftOptions = {}): NdArray {
  return conj(transform(x, options, 'r2c', false, 'fft.ihfft', true));
}

export type { FftOptions, Norm };
