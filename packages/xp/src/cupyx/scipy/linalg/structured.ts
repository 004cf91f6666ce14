import { checkOptions } from '../../../core/check-options.ts';
import { defaultDtype } from '../../../core/config.ts';
import { type DType, type DTypeLike, dtype, float64, int64 } from '../../../core/dtype.ts';
import { shapeText } from '../../../core/layout.ts';
import type { NdArray } from '../../../core/ndarray.ts';
import { complexType, promote } from '../../../core/promotion.ts';
import { castTo, filled, picked, reshaped, sliced } from '../../../core/views.ts';
import type { ArrayLike } from '../../../creation/array.ts';
import { zeros } from '../../../creation/zeros.ts';
import { ValueError } from '../../../errors.ts';
import { ElementwiseKernel, type ElementwiseKernelOptions } from '../../../kernel/elementwise-kernel.ts';
import { reshape } from '../../../manipulation/reshape.ts';
import { arrayOf } from '../../../reduction/options.ts';
import { apply, coord, type Expr, select } from '../../../scalar/expr.ts';
import { multiply } from '../../../ufunc/arithmetic.ts';
import { notEqual } from '../../../ufunc/comparison.ts';
import { complexOf } from '../special/gamma-core.ts';

/** Matrices of a rule: each is one kernel that reads a few numbers at places that follow from row and column. */

/** The elements in C order. */
function flatOf(x: ArrayLike): NdArray {
  const a = arrayOf(x);
  return reshaped(a, [a.size]);
}

function vectorOf(x: ArrayLike, who: string, name = 'a'): NdArray {
  const a = arrayOf(x);
  if (a.ndim !== 1)
    throw new ValueError(`[${who}] ${name} must have 1 axis, got shape ${shapeText(a.shape)}`);
  return a;
}

function rule(
  name: string,
  arity: number,
  body: (i: Expr, j: Expr, ...operands: Expr[]) => Expr,
  options: ElementwiseKernelOptions = {},
): ElementwiseKernel {
  const wrapped = (...operands: Expr[]) => body(coord(0), coord(1), ...operands);
  return new ElementwiseKernel(name, arity, wrapped, options);
}

const raw = [0] as const;
const raw2 = [0, 1] as const;

const toeplitzRule = /*#__PURE__*/ rule(
  'toeplitz',
  2,
  (i, j, c, r) => select(i.ge(j), c.at(i.sub(j).max(0)), r.at(j.sub(i).max(0))),
  { raw: raw2 },
);

/**
 * Toeplitz matrix: constant along diagonals, `c` its first column and `r` its first row.
 *
 * @param r its first element is not read; the conjugate of c unless given
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.linalg.toeplitz(array([1, 2]), array([1, 4])).toArraySync(); // [[1, 4], [2, 1]]
 */
export function toeplitz(c: ArrayLike, r?: ArrayLike | null): NdArray {
  const column = flatOf(c);
  const row = r === undefined || r === null ? conjugate.call([column]) : flatOf(r);
  return toeplitzRule.call([column, row], { shape: [column.size, row.size] });
}
const conjugate = /*#__PURE__*/ new ElementwiseKernel('toeplitz', 1, (x) => x.conj());

const hankelRule = /*#__PURE__*/ rule(
  'hankel',
  3,
  (i, j, c, r, m) => {
    const k = i.add(j);
    return select(k.lt(m), c.at(k.min(m.sub(1))), r.at(k.sub(m).add(1).max(0)));
  },
  { raw: raw2, scalars: [null, null, 'int32'] },
);

/** Hankel matrix: constant along anti-diagonals, `c` its first column and `r` (zeros unless given) its last row. */
export function hankel(c: ArrayLike, r?: ArrayLike | null): NdArray {
  const column = flatOf(c);
  const row =
    r === undefined || r === null
      ? zeros([column.size], { dtype: column.dtype, device: column.device })
      : flatOf(r);
  return hankelRule.call([column, row, column.size], { shape: [column.size, row.size] });
}

const circulantRule = /*#__PURE__*/ rule('circulant', 2, (i, j, c, n) => c.at(i.sub(j).mod(n)), {
  raw,
  scalars: [null, 'int32'],
});

/** Circulant matrix: each column the one before, moved down by one; `c` is the first. */
export function circulant(c: ArrayLike): NdArray {
  const column = flatOf(c);
  return circulantRule.call([column, column.size], { shape: [column.size, column.size] });
}

const companionRule = /*#__PURE__*/ rule(
  'companion',
  1,
  (i, j, a) => select(i.eq(0), a.at(j.add(1)).neg().div(a.at(0)), select(i.eq(j.add(1)), 1, 0)),
  { raw },
);

/**
 * Companion matrix of a polynomial, whose coefficients come with the highest power first.
 *
 * @throws {ValueError} for fewer than two coefficients, or (on devices that can be read at once) a first one of 0.
 */
export function companion(a: ArrayLike): NdArray {
  const given = vectorOf(a, 'companion');
  const c = castTo(given, floatingType(given.dtype));
  if (c.size < 2) throw new ValueError(`[companion] a needs at least 2 coefficients, got ${c.size}`);
  refuseZero(c, 'companion');
  const n = c.size - 1;
  return companionRule.call([c], { shape: [n, n] });
}

const leslieRule = /*#__PURE__*/ rule(
  'leslie',
  2,
  (i, j, f, s) => select(i.eq(0), f.at(j), select(i.eq(j.add(1)), s.at(i.sub(1).max(0)), 0)),
  { raw: raw2 },
);

/**
 * Leslie matrix of a population: fecundities in the first row, survival below the diagonal.
 *
 * @param f `[n]`
 * @param s `[n - 1]`
 * @throws {ValueError} where the lengths do not fit.
 */
export function leslie(f: ArrayLike, s: ArrayLike): NdArray {
  const [first, below] = [vectorOf(f, 'leslie', 'f'), vectorOf(s, 'leslie', 's')];
  if (below.size !== first.size - 1 || below.size === 0)
    throw new ValueError(`[leslie] s must have one element less than f, got ${below.size} and ${first.size}`);
  return leslieRule.call([first, below], { shape: [first.size, first.size] });
}

const fiedlerRule = /*#__PURE__*/ rule('fiedler', 1, (i, j, a) => a.at(i).sub(a.at(j)).abs(), { raw });

/** Fiedler matrix: `|a[i] - a[j]|`. */
export function fiedler(a: ArrayLike): NdArray {
  const c = flatOf(a);
  return fiedlerRule.call([c], { shape: [c.size, c.size] });
}

const fiedlerCompanionRule = /*#__PURE__*/ rule(
  'fiedlerCompanion',
  2,
  (i, j, a, n) => {
    const value = (k: Expr) => a.at(k.min(n)).div(a.at(0)).neg();
    const even = select(
      j.eq(i.sub(1)),
      value(i.add(1)),
      select(j.eq(i.add(1)), value(i.add(2)), select(j.eq(i.add(2)), 1, 0)),
    );
    const below = select(j.eq(i.sub(2)), 1, 0);
    const inside = select(i.mod(2).eq(0), even, below);
    return select(j.eq(0), select(i.eq(0), value(i.add(1)), select(i.eq(1), 1, inside)), inside);
  },
  { raw, scalars: [null, 'int32'] },
);

/**
 * Fiedler's companion matrix of a polynomial, with five diagonals; coefficients come with the highest power first.
 *
 * @throws {ValueError} (on devices that can be read at once) if the first coefficient is 0.
 */
export function fiedlerCompanion(a: ArrayLike): NdArray {
  const given = vectorOf(a, 'fiedlerCompanion');
  const c = castTo(given, floatingType(given.dtype));
  if (c.size < 2) return zeros([0], { dtype: c.dtype, device: c.device });
  refuseZero(c, 'fiedlerCompanion');
  const n = c.size - 1;
  return fiedlerCompanionRule.call([c, n], { shape: [n, n] });
}

function floatingType(d: DType): DType {
  return d.kind === 'f' || d.kind === 'c' ? d : float64;
}

/** Throws where the first coefficient is 0 and can be read. */
function refuseZero(c: NdArray, who: string): void {
  if (c.device.synchronous && !notEqual(picked(c, 0, 0), 0).itemSync())
    throw new ValueError(`[${who}] the first coefficient of a must not be 0`);
}

const hadamardRule = /*#__PURE__*/ new ElementwiseKernel('hadamard', 1, () =>
  select(
    apply('bitCount', coord(0).and(coord(1)))
      .mod(2)
      .eq(0),
    1,
    -1,
  ),
);

/**
 * Hadamard matrix by Sylvester's construction.
 *
 * @param options `dtype`: int64 unless given.
 * @throws {ValueError} if n is not a power of two.
 */
export function hadamard(n: number, options: { readonly dtype?: DTypeLike | null } = {}): NdArray {
  checkOptions('hadamard', options, ['dtype']);
  if (!Number.isInteger(n) || n < 1 || !Number.isInteger(Math.log2(n)))
    throw new ValueError(`[hadamard] n must be a power of two, got ${n}`);
  const like = zeros([n, n], { dtype: options.dtype ? dtype(options.dtype) : int64 });
  return hadamardRule.call([like], { out: [like] });
}

const hilbertRule = /*#__PURE__*/ new ElementwiseKernel('hilbert', 1, (x) =>
  x.add(1).div(coord(0).add(coord(1)).add(1).cast(float64)),
);

/** Hilbert matrix: `1 / (i + j + 1)`, in the default dtype. */
export function hilbert(n: number): NdArray {
  const like = zeros([n, n], { dtype: defaultDtype() });
  return hilbertRule.call([like], { out: [like] });
}

const helmertRule = /*#__PURE__*/ new ElementwiseKernel('helmert', 2, (_, n) => {
  const [i, j] = [coord(0).cast(float64), coord(1).cast(float64)];
  const size = i.mul(i.add(1)).sqrt();
  const row = select(j.lt(i), size.reciprocal(), select(j.eq(i), i.neg().div(size), 0));
  return select(i.eq(0), n.cast(float64).rsqrt(), row);
});

/**
 * Helmert matrix: orthonormal rows of contrasts, in the default dtype.
 *
 * @param options `full`: whether the first row, of the mean, is there.
 */
export function helmert(n: number, options: { readonly full?: boolean } = {}): NdArray {
  checkOptions('helmert', options, ['full']);
  const like = zeros([n, n], { dtype: defaultDtype() });
  helmertRule.call([like, n], { out: [like] });
  return options.full ? like : sliced(like, 0, 1, n - 1);
}

const dftBody = (_: Expr, n: Expr, scale: Expr): Expr => {
  // The product reduced first: angles stay small and exact.
  const k = coord(0).cast(float64).mul(coord(1)).mod(n);
  const angle = k.mul(-2 * Math.PI).div(n);
  return complexOf(angle.cos().mul(scale), angle.sin().mul(scale));
};
const dftRule = /*#__PURE__*/ new ElementwiseKernel('dft', 3, dftBody, {
  scalars: [null, float64, float64],
});

/**
 * Matrix of the discrete Fourier transform, complex, of the default dtype's precision.
 *
 * @param options `scale`: `'sqrtn'` divides by √n, `'n'` by n.
 * @throws {ValueError} for another scale.
 */
export function dft(n: number, options: { readonly scale?: 'sqrtn' | 'n' | null } = {}): NdArray {
  checkOptions('dft', options, ['scale']);
  const scale = options.scale ?? null;
  if (scale !== null && scale !== 'sqrtn' && scale !== 'n')
    throw new ValueError(`[dft] scale must be 'sqrtn', 'n' or null, got ${JSON.stringify(scale)}`);
  const like = zeros([n, n], { dtype: complexType(defaultDtype()) });
  const factor = scale === null ? 1 : scale === 'n' ? 1 / n : 1 / Math.sqrt(n);
  return dftRule.call([like, n, factor], { out: [like] });
}

const convolutionRule = /*#__PURE__*/ rule(
  'convolutionMatrix',
  3,
  (i, j, a, m, from) => {
    const k = i.add(from).sub(j);
    return select(k.ge(0).and(k.lt(m)), a.at(k.max(0).min(m.sub(1))), 0);
  },
  { raw, scalars: [null, 'int32', 'int32'] },
);

/**
 * The matrix whose product with a vector of n elements is the convolution with a.
 *
 * @param options `mode`: `full`, `same` or `valid`, as for `convolve`.
 * @throws {ValueError} for no elements or another mode.
 */
export function convolutionMatrix(
  a: ArrayLike,
  n: number,
  options: { readonly mode?: 'full' | 'same' | 'valid' } = {},
): NdArray {
  checkOptions('convolutionMatrix', options, ['mode']);
  const c = vectorOf(a, 'convolutionMatrix');
  const mode = options.mode ?? 'full';
  if (!Number.isInteger(n) || n < 1)
    throw new ValueError(`[convolutionMatrix] n must be a positive integer, got ${n}`);
  if (c.size === 0) throw new ValueError('[convolutionMatrix] a must have at least one element');
  if (mode !== 'full' && mode !== 'same' && mode !== 'valid')
    throw new ValueError(
      `[convolutionMatrix] mode must be 'full', 'same' or 'valid', got ${JSON.stringify(mode)}`,
    );
  const cut = mode === 'full' ? 0 : Math.min(n, c.size) - 1;
  const top = mode === 'same' ? Math.floor(cut / 2) : cut;
  const bottom = cut - (mode === 'same' ? top : 0);
  const rows = c.size + n - 1 - top - bottom;
  return convolutionRule.call([c, c.size, top], { shape: [rows, n] });
}

/**
 * The matrices along the diagonal of a larger one, zeros elsewhere.
 *
 * @throws {ValueError} for more than 2 axes.
 */
export function blockDiag(...arrays: ArrayLike[]): NdArray {
  const blocks = arrays.map((x) => {
    const a = arrayOf(x);
    if (a.ndim > 2)
      throw new ValueError(`[blockDiag] blocks have at most 2 axes, got shape ${shapeText(a.shape)}`);
    return a.ndim === 2 ? a : reshaped(a, [1, a.size]);
  });
  if (blocks.length === 0) return zeros([1, 0]);
  const d = blocks.reduce((t, a) => promote(t, a.dtype), (blocks[0] as NdArray).dtype);
  const extent = (axis: 0 | 1) => blocks.reduce((n, a) => n + (a.shape[axis] as number), 0);
  const y = filled(blocks[0] as NdArray, [extent(0), extent(1)], d, 0);
  let [row, column] = [0, 0];
  for (const a of blocks) {
    const [m, n] = a.shape as [number, number];
    const place = sliced(sliced(y, 0, row, m), 1, column, n);
    if (a.size > 0) a.device.kernels.copy(a, place);
    row += m;
    column += n;
  }
  return y;
}

/**
 * Products of Khatri and Rao: Kronecker products column by column.
 *
 * @param a `[m, k]`
 * @param b `[n, k]`
 * @returns `[m n, k]`
 * @throws {ValueError} where the columns differ.
 */
export function khatriRao(a: ArrayLike, b: ArrayLike): NdArray {
  const [A, B] = [arrayOf(a), arrayOf(b)];
  if (A.ndim !== 2 || B.ndim !== 2 || A.shape[1] !== B.shape[1])
    throw new ValueError(
      `[khatriRao] expected matrices with as many columns, got shapes ${shapeText(A.shape)} and ${shapeText(B.shape)}`,
    );
  const [m, k] = A.shape as [number, number];
  const n = B.shape[0] as number;
  return reshape(multiply(reshaped(A, [m, 1, k]), reshaped(B, [1, n, k])), [m * n, k]);
}

/**
 * How far a matrix reaches below and above its diagonal. It is read.
 *
 * @throws {ValueError} if it has not 2 axes.
 */
export function bandwidth(a: ArrayLike): [lower: number, upper: number] {
  const A = arrayOf(a);
  if (A.ndim !== 2) throw new ValueError(`[bandwidth] a must have 2 axes, got shape ${shapeText(A.shape)}`);
  const [m, n] = A.shape as [number, number];
  let [lower, upper] = [0, 0];
  if (A.size === 0) return [0, 0];
  const used = notEqual(A, 0).dataSync();
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      if (!used[i * n + j]) continue;
      lower = Math.max(lower, i - j);
      upper = Math.max(upper, j - i);
    }
  }
  return [lower, upper];
}
