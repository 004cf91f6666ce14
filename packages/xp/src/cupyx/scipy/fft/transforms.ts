import { axisList } from '../../../core/arguments.ts';
import { checkOptions } from '../../../core/check-options.ts';
import type { NdArray } from '../../../core/ndarray.ts';
import type { ArrayLike } from '../../../creation/array.ts';
import { ValueError } from '../../../errors.ts';
import { irfftn, rfftn } from '../../../fft/fftn.ts';
import { type FftnOptions, fftnKeys, type Norm } from '../../../fft/transform.ts';
import { arrayOf } from '../../../reduction/options.ts';
import { conj } from '../../../ufunc/complex.ts';
import { cosineTransform, type DctOptions } from './cosine.ts';

/**
 * Discrete cosine transform along an axis. Type 2, the usual one: `y[k] = 2 Σ x[n] cos(π k (2n + 1) / 2N)`.
 *
 * @returns float32 for floats below 64 bits, otherwise float64; complex for complex input
 * @throws {ValueError} for another type, norm or length; {AxisError} for an axis outside the array.
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.fft.dct(array([1, 1])).toArraySync(); // [4.000, 0.000]
 */
export function dct(x: ArrayLike, options: DctOptions = {}): NdArray {
  return cosineTransform('cos', false, x, options, 'dct');
}

/** Inverse of `dct` of the same type and norm. */
export function idct(x: ArrayLike, options: DctOptions = {}): NdArray {
  return cosineTransform('cos', true, x, options, 'idct');
}

/** Discrete sine transform along an axis. Type 2: `y[k] = 2 Σ x[n] sin(π (k + 1) (2n + 1) / 2N)`. */
export function dst(x: ArrayLike, options: DctOptions = {}): NdArray {
  return cosineTransform('sin', false, x, options, 'dst');
}

/** Inverse of `dst` of the same type and norm. */
export function idst(x: ArrayLike, options: DctOptions = {}): NdArray {
  return cosineTransform('sin', true, x, options, 'idst');
}

/** Options of `dctn`, `dstn` and their inverses. */
export interface DctnOptions extends Omit<DctOptions, 'n' | 'axis'> {
  /** Lengths along the axes. */
  readonly s?: readonly number[] | null;
  /** All, or as many of the last as `s` has, unless given. */
  readonly axes?: number | readonly number[] | null;
}

function several(
  kind: 'cos' | 'sin',
  inverse: boolean,
  x: ArrayLike,
  options: DctnOptions,
  who: string,
): NdArray {
  checkOptions(who, options, ['s', 'axes', 'type', 'norm', 'overwriteX', 'orthogonalize']);
  const { s = null, axes = null, ...rest } = options;
  let y = arrayOf(x);
  const count = s?.length ?? y.ndim;
  const list = axisList(axes ?? [...Array(count).keys()].map((k) => y.ndim - count + k), y.ndim, who);
  if (s !== null && s.length !== list.length)
    throw new ValueError(`[${who}] s has ${s.length} lengths for ${list.length} axes`);
  for (const [k, axis] of list.entries())
    y = cosineTransform(kind, inverse, y, { ...rest, axis, n: s?.[k] ?? null }, who);
  return y;
}

/** `dct` along several axes, all unless given. */
export function dctn(x: ArrayLike, options: DctnOptions = {}): NdArray {
  return several('cos', false, x, options, 'dctn');
}

/** Inverse of `dctn`. */
export function idctn(x: ArrayLike, options: DctnOptions = {}): NdArray {
  return several('cos', true, x, options, 'idctn');
}

/** `dst` along several axes, all unless given. */
export function dstn(x: ArrayLike, options: DctnOptions = {}): NdArray {
  return several('sin', false, x, options, 'dstn');
}

/** Inverse of `dstn`. */
export function idstn(x: ArrayLike, options: DctnOptions = {}): NdArray {
  return several('sin', true, x, options, 'idstn');
}

const turned = (norm: Norm | null | undefined): Norm =>
  norm === 'ortho' ? 'ortho' : norm === 'forward' ? 'backward' : 'forward';

/** `hfft` along several axes, all unless given: a real spectrum of a signal that is its own mirrored conjugate. */
export function hfftn(x: ArrayLike, options: FftnOptions = {}): NdArray {
  checkOptions('hfftn', options, fftnKeys);
  return irfftn(conj(arrayOf(x)), { ...options, norm: turned(options.norm) });
}

/** Inverse of `hfftn`. */
export function ihfftn(x: ArrayLike, options: FftnOptions = {}): NdArray {
  checkOptions('ihfftn', options, fftnKeys);
  return conj(rfftn(x, { ...options, norm: turned(options.norm) }));
}

/** `hfftn` along two axes, the last two unless given. */
export function hfft2(x: ArrayLike, options: FftnOptions = {}): NdArray {
  checkOptions('hfft2', options, fftnKeys);
  return hfftn(x, { ...options, axes: options.axes ?? [-2, -1] });
}

/** Inverse of `hfft2`. */
export function ihfft2(x: ArrayLike, options: FftnOptions = {}): NdArray {
  checkOptions('ihfft2', options, fftnKeys);
  return ihfftn(x, { ...options, axes: options.axes ?? [-2, -1] });
}

/**
 * The next length from `target` on whose transforms are fast: a product of small primes, up to 11, or up to 5 for real transforms.
 *
 * @throws {ValueError} if target is not a positive integer.
 * @example
 * import { cupyx } from '@chainer/xp';
 * cupyx.scipy.fft.nextFastLen(97); // 98
 */
export function nextFastLen(target: number, options: { readonly real?: boolean } = {}): number {
  checkOptions('nextFastLen', options, ['real']);
  if (!Number.isInteger(target) || target < 1)
    throw new ValueError(`[nextFastLen] target must be a positive integer, got ${target}`);
  const primes = options.real ? [2, 3, 5] : [2, 3, 5, 7, 11];
  for (let n = target; ; n++) {
    let rest = n;
    for (const p of primes) while (rest % p === 0) rest /= p;
    if (rest === 1) return n;
  }
}
