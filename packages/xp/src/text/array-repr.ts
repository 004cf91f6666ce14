import { checkOptions } from '../core/check-options.ts';
import type { Complex } from '../core/complex.ts';
import { bool, complex128, type DType, float64, int64 } from '../core/dtype.ts';
import { shapeText } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { type ArrayTextOptions, bracketed } from './array2string.ts';
import { positional, scientific } from './format-float.ts';
import { readScalars } from './host-view.ts';
import { printOptions } from './print-options.ts';

/** The dtypes that literals have in NumPy: its repr leaves them out. */
const implied: readonly DType[] = [bool, int64, float64, complex128];

/**
 * An array as NumPy's `repr` prints it: `array([1., 2.], dtype=float32)`.
 *
 * @throws {NeedsHostSyncError} on an asynchronous device.
 * @example
 * import { array, arrayRepr } from '@chainer/xp';
 * arrayRepr(array([[1, 2], [3, 4.5]])); // 'array([[1. , 2. ],\n       [3. , 4.5]], dtype=float32)'
 */
export function arrayRepr(arr: NdArray, options: ArrayTextOptions = {}): string {
  checkOptions('arrayRepr', options, ['maxLineWidth', 'precision', 'suppressSmall']);
  const { linewidth, threshold } = printOptions();
  const width = options.maxLineWidth ?? linewidth;
  const prefix = 'array(';
  const body = bracketed(arr, { ...options, separator: ', ', prefix, suffix: ')' }, 'arrayRepr');
  const extras: string[] = [];
  const hidden = arr.size === 0 ? arr.ndim !== 1 : arr.size > threshold;
  if (hidden) extras.push(`shape=${shapeText(arr.shape)}`);
  if (arr.size === 0 || !implied.includes(arr.dtype)) extras.push(`dtype=${arr.dtype.name}`);
  if (extras.length === 0) return `${prefix}${body})`;
  const text = `${prefix}${body},`;
  const extra = `${extras.join(', ')})`;
  const last = text.length - (text.lastIndexOf('\n') + 1);
  return text + (last + extra.length + 1 > width ? `\n${' '.repeat(prefix.length)}` : ' ') + extra;
}

/**
 * An array as NumPy's `str` prints it: `[1. 2.]`. An array without axes prints as its scalar.
 *
 * @throws {NeedsHostSyncError} on an asynchronous device.
 * @example
 * import { array, arrayStr } from '@chainer/xp';
 * arrayStr(array([[1, 2], [3, 4.5]])); // '[[1.  2. ]\n [3.  4.5]]'
 */
export function arrayStr(a: NdArray, options: ArrayTextOptions = {}): string {
  checkOptions('arrayStr', options, ['maxLineWidth', 'precision', 'suppressSmall']);
  if (a.ndim === 0) return scalarText(readScalars(a, 'arrayStr')[0] as Scalar, a.dtype);
  return bracketed(a, options, 'arrayStr');
}

/** A scalar as Python prints NumPy's scalars. */
export function scalarText(x: Scalar, d: DType): string {
  if (d.kind === 'b') return x ? 'True' : 'False';
  if (d.kind === 'f') return floatText(x as number, d, '0', false);
  if (d.kind !== 'c') return String(x);
  const { re, im } = x as Complex;
  if (Object.is(re, 0)) return `${floatText(im, d, '-', false)}j`;
  const plus = Number.isNaN(im) ? '+' : '';
  return `(${floatText(re, d, '-', false)}${plus}${floatText(im, d, '-', true)}j)`;
}

/** Scientific notation for what is huge or tiny. */
function floatText(x: number, d: DType, trim: '0' | '-', sign: boolean): string {
  const size = Math.abs(x);
  const short = x === 0 || (size >= 1e-4 && size < 1e16);
  return short ? positional(x, d, { trim, sign }) : scientific(x, d, { trim: '-', sign });
}
