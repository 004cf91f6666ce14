import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { complex64, complex128, type DType, float64 } from '../core/dtype.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { realType } from '../core/promotion.ts';
import { castTo } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { fftOn } from '../js/families.ts';
import { arrayOf } from '../reduction/options.ts';
import { imag, real } from '../ufunc/complex.ts';

/** Where a transform and its inverse are scaled: by `1/n` the inverse (`backward`), the forward one, or by `1/√n` both. */
export type Norm = 'backward' | 'ortho' | 'forward';

/** What is complex: both sides (`c2c`), the result only (`r2c`), the input only (`c2r`). */
export type Sides = 'c2c' | 'r2c' | 'c2r';

/** Options of transforms along one axis. */
export interface FftOptions {
  /** Length of the transform; the input is cut or continued with zeros. */
  readonly n?: number | null;
  /** The last unless given. */
  readonly axis?: number;
  readonly norm?: Norm | null;
}

/** Options of transforms along several axes. */
export interface FftnOptions {
  /** Lengths along the axes. */
  readonly s?: readonly number[] | null;
  /** All, or as many of the last as `s` has, unless given. */
  readonly axes?: readonly number[] | null;
  readonly norm?: Norm | null;
}

/** Its names. */
export const fftnKeys = ['s', 'axes', 'norm'] as const;

/** dtype of a spectrum: complex64 for floats below 64 bits and complex64, complex128 for everything else. */
function spectrumType(d: DType): DType {
  return d === complex64 || (d.kind === 'f' && d !== float64) ? complex64 : complex128;
}

function scaleOf(norm: Norm | null | undefined, n: number, inverse: boolean, who: string): number {
  const kind = norm ?? 'backward';
  if (kind === 'ortho') return 1 / Math.sqrt(n);
  if (kind !== 'backward' && kind !== 'forward')
    throw new ValueError(
      `[${who}] norm must be 'backward', 'ortho' or 'forward', got ${JSON.stringify(norm)}`,
    );
  return (kind === 'backward') === inverse ? 1 / n : 1;
}

/** One transform along one axis. `inverse` is the sign of the exponent. */
export function transform(
  x: ArrayLike,
  o: FftOptions,
  sides: Sides,
  inverse: boolean,
  who: string,
  scaledAs = inverse,
): NdArray {
  checkOptions(who, o, ['n', 'axis', 'norm']);
  const a = arrayOf(x);
  const axis = normalizeAxis(o.axis ?? -1, a.ndim, who);
  const length = a.shape[axis] as number;
  const n = o.n ?? (sides === 'c2r' ? 2 * (length - 1) : length);
  if (!Number.isInteger(n) || n < 1)
    throw new ValueError(`[${who}] the transform needs at least 1 data point, got n = ${n}`);
  if (sides === 'r2c' && a.dtype.kind === 'c')
    throw new TypeError(`[${who}] x must be real, got ${a.dtype.name}; use the complex transform`);
  const complex = spectrumType(a.dtype);
  const part = realType(complex);
  const source = castTo(a, a.dtype.kind === 'c' ? complex : part);
  const shape = a.shape.slice();
  shape[axis] = sides === 'r2c' ? Math.floor(n / 2) + 1 : n;
  const y = emptyOn(a.device, shape, sides === 'c2r' ? part : complex);
  if (y.size === 0) return y;
  const isComplex = source.dtype.kind === 'c';
  fftOn(a.device).fft(
    isComplex ? real(source) : source,
    isComplex ? imag(source) : null,
    sides === 'c2r' ? y : real(y),
    sides === 'c2r' ? null : imag(y),
    { axis, n, inverse, scale: scaleOf(o.norm, n, scaledAs, who) },
  );
  return y;
}

/** Lengths and axes of a transform along several axes. */
function axesOf(
  a: NdArray,
  o: FftnOptions,
  halved: boolean,
  who: string,
): { axes: number[]; s: (number | null)[] } {
  const s = o.s ?? null;
  const axes =
    o.axes?.map((axis) => normalizeAxis(axis, a.ndim, who)) ??
    Array.from({ length: s?.length ?? a.ndim }, (_, k) => a.ndim - (s?.length ?? a.ndim) + k);
  if (s !== null && s.length !== axes.length)
    throw new ValueError(`[${who}] s has ${s.length} lengths for ${axes.length} axes`);
  if (halved && axes.length === 0) throw new ValueError(`[${who}] at least 1 axis must be transformed`);
  return { axes, s: s === null ? axes.map(() => null) : s.map((n) => (n === -1 ? null : n)) };
}

/** Transforms along several axes: the real side of a half-complex one stands at the last axis given. */
export function transformN(
  x: ArrayLike,
  o: FftnOptions,
  sides: Sides,
  inverse: boolean,
  who: string,
): NdArray {
  checkOptions(who, o, fftnKeys);
  let y = arrayOf(x);
  const { axes, s } = axesOf(y, o, sides !== 'c2c', who);
  const { norm } = o;
  const last = axes.length - 1;
  const along = (k: number, kind: Sides) => {
    y = transform(y, { axis: axes[k] as number, n: s[k] ?? null, norm: norm ?? null }, kind, inverse, who);
  };
  if (sides === 'r2c') along(last, 'r2c');
  const rest = sides === 'c2c' ? axes.length : last;
  if (sides === 'c2r') for (let k = 0; k < rest; k++) along(k, 'c2c');
  else for (let k = rest - 1; k >= 0; k--) along(k, 'c2c');
  if (sides === 'c2r') along(last, 'c2r');
  return axes.length === 0 ? castTo(y, spectrumType(y.dtype)) : y;
}
